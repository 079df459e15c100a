//! A stream's parameters as a decoder configuration, both ways.

use std::ffi::CStr;
use std::slice;

use ffmpeg_sys_next as ff;

use super::audio_parameters::{audio_keys, describe_audio};
use super::clock::frame_rate;
use super::color::color_fields;
use super::descriptor::{Descriptor, medium_of_raw, tag_of};
use super::error::no_memory;
use super::language::terminological;
use super::metadata;
use super::orientation::{Matrix, Orientation};
use super::parser::Parser;
use super::stream_facts::{frame_rate_of, stream_facts};
use crate::error::{Error, Result};
use crate::media::{Config, Medium, Named, Setup, SideKey, StreamFacts, Typed, keys};

const MATRIX: ff::AVPacketSideDataType = ff::AVPacketSideDataType::AV_PKT_DATA_DISPLAYMATRIX;
const LANGUAGE: &CStr = c"language";

/// The decoder configuration of a stream that was read; `None` if it is neither video nor audio, or a still
/// picture such as a cover. `name` knows the codecs' strings.
///
/// # Errors
/// `OutOfMemory`.
///
/// # Safety
/// Both are alive, `stream` is `context`'s, and nobody writes to them meanwhile.
pub unsafe fn decoder_config(
    context: *mut ff::AVFormatContext,
    stream: *mut ff::AVStream,
    name: fn(&StreamFacts<'_>) -> Named,
) -> Result<Option<Config>> {
    // SAFETY: as the contract says; enums are read as integers.
    unsafe {
        if (*stream).disposition & ff::AV_DISPOSITION_ATTACHED_PIC != 0 {
            return Ok(None);
        }
        let parameters = (*stream).codecpar;
        let codec = Descriptor::of_id((&raw const (*parameters).codec_id).cast::<u32>().read());
        let medium = medium_of_raw((&raw const (*parameters).codec_type).cast::<i32>().read());
        let (Some(codec), Some(medium)) = (codec, medium) else { return Ok(None) };
        let facts = stream_facts(codec, stream);
        let Named { codec, setup } = name(&facts);
        let mut config = Config::new(&codec.unwrap_or_else(|| unregistered(&facts)))?;
        match setup {
            Setup::Description => config.put_description(facts.extradata)?,
            Setup::Changed(description) => config.put_description(&description)?,
            Setup::None => (),
        }
        set_known(&mut config, &keys::BITRATE, (*parameters).bit_rate);
        if let Some(language) = metadata::get((*stream).metadata, LANGUAGE).and_then(terminological) {
            set_known(&mut config, &keys::LANGUAGE, language);
        }
        match medium {
            Medium::Video => video_keys(&mut config, context, stream),
            Medium::Audio => audio_keys(&mut config, stream),
        }
        Ok(Some(config))
    }
}

/// # Safety
/// As for [`decoder_config`].
unsafe fn video_keys(config: &mut Config, context: *mut ff::AVFormatContext, stream: *mut ff::AVStream) {
    // SAFETY: as the contract says; a matrix is only read where the side data is as large as one.
    unsafe {
        let parameters = (*stream).codecpar;
        let (width, height) = ((*parameters).width, (*parameters).height);
        set_known(config, &keys::CODED_WIDTH, width);
        set_known(config, &keys::CODED_HEIGHT, height);
        let pixel = ff::av_guess_sample_aspect_ratio(context, stream, std::ptr::null_mut());
        // What the container says (ISO 14496-12: pasp) goes before what the stream says, which a decoder would else take.
        let stream_says_otherwise = is_not_square((*parameters).sample_aspect_ratio);
        if let Some((width, height)) = display_aspect(width, height, pixel, stream_says_otherwise) {
            set_known(config, &keys::DISPLAY_ASPECT_WIDTH, width);
            set_known(config, &keys::DISPLAY_ASPECT_HEIGHT, height);
        }
        config.put_color(&color_fields!(parameters, color_space).read());
        if let Some(rate) = frame_rate_of(stream) {
            set_known(config, &keys::FRAMERATE, rate);
        }
        let mut size = 0;
        let matrix = ff::av_stream_get_side_data(stream, MATRIX, &mut size);
        if !matrix.is_null() && size >= size_of::<Matrix>() {
            let Orientation { rotation, flip } =
                Orientation::of_matrix(&matrix.cast::<Matrix>().read_unaligned());
            if rotation != 0 {
                set_known(config, &keys::ROTATION, rotation);
            }
            if flip {
                set_known(config, &keys::FLIP, flip);
            }
        }
    }
}

/// A parser of the stream's packets; `None` if its codec has no picture order.
///
/// # Errors
/// `OutOfMemory`.
///
/// # Safety
/// `parameters` is alive and nobody writes to it.
pub unsafe fn parser(parameters: *const ff::AVCodecParameters) -> Result<Option<Parser>> {
    // SAFETY: as the contract says; an enum is read as an integer.
    unsafe {
        let codec = Descriptor::of_id((&raw const (*parameters).codec_id).cast::<u32>().read());
        codec.map_or(Ok(None), |codec| Parser::of_stream(codec, extradata(parameters)))
    }
}

/// The codec string of a stream whose codec has no registration: FFmpeg's name for most.
fn unregistered(facts: &StreamFacts<'_>) -> String {
    match facts.av_name {
        "ac3" => "ac-3".to_owned(),
        "eac3" => "ec-3".to_owned(),
        name => name.to_owned(),
    }
}

/// # Safety
/// `parameters` is alive and nobody writes to it while the slice is in use.
pub(super) unsafe fn extradata<'a>(parameters: *const ff::AVCodecParameters) -> &'a [u8] {
    // SAFETY: FFmpeg keeps `extradata_size` bytes at `extradata` unless that is NULL.
    unsafe {
        match usize::try_from((*parameters).extradata_size) {
            Ok(size) if !(*parameters).extradata.is_null() => {
                slice::from_raw_parts((*parameters).extradata, size)
            }
            _ => &[],
        }
    }
}

/// Sets a key unless its value means "unknown": a file may say anything.
pub(super) fn set_known<T>(config: &mut Config, key: &'static Typed<T>, value: impl ToString) {
    let _unknown = config.put(key, value);
}

/// The aspect ratio of a picture whose pixels are not square, in lowest terms; of others if it must be said.
fn display_aspect(width: i32, height: i32, pixel: ff::AVRational, must: bool) -> Option<(i64, i64)> {
    let known = width > 0 && height > 0 && pixel.num > 0 && pixel.den > 0;
    if !known || !(must || is_not_square(pixel)) {
        return None;
    }
    let (across, down) = (i64::from(width) * i64::from(pixel.num), i64::from(height) * i64::from(pixel.den));
    let common = common_divisor(across, down);
    Some((across / common, down / common))
}

/// A ratio that is known and not 1:1.
fn is_not_square(pixel: ff::AVRational) -> bool {
    pixel.num > 0 && pixel.den > 0 && pixel.num != pixel.den
}

fn common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

/// Fills a new stream from a decoder configuration; `setup` is the container's form of its description.
///
/// # Errors
/// `NotSupported` for unknown codecs, `InvalidArgument` for missing and contradicting keys.
///
/// # Safety
/// The stream is new, and nobody else uses it.
pub unsafe fn describe_stream(
    stream: *mut ff::AVStream,
    config: &Config,
    setup: Option<&[u8]>,
) -> Result<()> {
    let codec = Descriptor::of_string(config.codec())?;
    // SAFETY: as the contract says; ids are written as the integers that they are.
    unsafe {
        let parameters = (*stream).codecpar;
        (&raw mut (*parameters).codec_id).cast::<u32>().write(codec.id);
        (*parameters).codec_tag = tag_of(config.codec());
        set_extradata(parameters, setup.or(config.description()).unwrap_or_default())?;
        (*parameters).bit_rate = config.value(&keys::BITRATE).unwrap_or(0) as i64;
        metadata::set(
            &raw mut (*stream).metadata,
            LANGUAGE,
            config.value(&keys::LANGUAGE).unwrap_or_default(),
        )?;
        match codec.medium {
            Medium::Video => describe_video(stream, config),
            Medium::Audio => describe_audio(stream, config),
        }
    }
}

/// # Safety
/// As for [`describe_stream`].
unsafe fn describe_video(stream: *mut ff::AVStream, config: &Config) -> Result<()> {
    let (width, height) = (needed(config, &keys::CODED_WIDTH)?, needed(config, &keys::CODED_HEIGHT)?);
    // SAFETY: as the contract says.
    unsafe {
        let parameters = (*stream).codecpar;
        (*parameters).codec_type = ff::AVMediaType::AVMEDIA_TYPE_VIDEO;
        ((*parameters).width, (*parameters).height) = (width, height);
        let pixel = pixel_aspect(config, width, height);
        (*parameters).sample_aspect_ratio = pixel;
        (*stream).sample_aspect_ratio = pixel;
        color_fields!(parameters, color_space).write(&config.color());
        if let Some(rate) = config.value(&keys::FRAMERATE) {
            (*stream).avg_frame_rate = frame_rate(rate);
        }
        let rotation = config.value(&keys::ROTATION);
        let orientation = Orientation { rotation, flip: config.value(&keys::FLIP) };
        if orientation == Orientation::default() { Ok(()) } else { set_orientation(stream, orientation) }
    }
}

/// A key that the container needs, as a positive `int`.
pub(super) fn needed(config: &Config, key: SideKey) -> Result<i32> {
    let value = config.value(key);
    value.and_then(|value| i32::try_from(value).ok()).ok_or_else(|| {
        let value = value.map_or("not set".to_owned(), |value| value.to_string());
        Error::invalid(format!("{} is {value}, a container needs it, from 1 to {}", key.name, i32::MAX))
    })
}

/// The pixels' aspect ratio; 0:1, unknown, when the configuration says nothing.
fn pixel_aspect(config: &Config, width: i32, height: i32) -> ff::AVRational {
    let mut pixel = ff::AVRational { num: 0, den: 1 };
    let aspect = |key: SideKey| config.value(key).map(i64::from);
    if let (Some(across), Some(down)) =
        (aspect(&keys::DISPLAY_ASPECT_WIDTH), aspect(&keys::DISPLAY_ASPECT_HEIGHT))
    {
        let (across, down) = (across * i64::from(height), down * i64::from(width));
        // SAFETY: pure arithmetic; both are above 0 and below 2^63: u32 times a positive i32.
        unsafe { ff::av_reduce(&mut pixel.num, &mut pixel.den, across, down, i32::MAX.into()) };
    }
    pixel
}

/// # Safety
/// As for [`describe_stream`].
pub unsafe fn set_extradata(parameters: *mut ff::AVCodecParameters, bytes: &[u8]) -> Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    let size = i32::try_from(bytes.len()).map_err(|_| Error::invalid("a description of 2 GiB or more"))?;
    // SAFETY: the new memory has room for the bytes and FFmpeg's padding; the parameters own it from here.
    unsafe {
        let copy = ff::av_mallocz(bytes.len() + ff::AV_INPUT_BUFFER_PADDING_SIZE as usize).cast::<u8>();
        if copy.is_null() {
            return Err(no_memory("av_mallocz"));
        }
        copy.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        ff::av_free((*parameters).extradata.cast());
        ((*parameters).extradata, (*parameters).extradata_size) = (copy, size);
    }
    Ok(())
}

/// # Safety
/// As for [`describe_stream`].
unsafe fn set_orientation(stream: *mut ff::AVStream, orientation: Orientation) -> Result<()> {
    // SAFETY: the stream owns the new side data, which has room for a matrix.
    unsafe {
        let matrix = ff::av_stream_new_side_data(stream, MATRIX, size_of::<Matrix>());
        if matrix.is_null() {
            return Err(no_memory("av_stream_new_side_data"));
        }
        matrix.cast::<Matrix>().write_unaligned(orientation.to_matrix());
    }
    Ok(())
}
