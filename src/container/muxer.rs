//! Chunks into a file.

use std::ffi::OsStr;
use std::path::Path;

use super::check_track;
use super::held::Held;
use super::mux_options::MuxOptions;
use super::mux_track::MuxTrack;
use super::target::Target;
use crate::av::{self, Block, OutputFile, Stream, Times, Told};
use crate::error::{Error, Kind, Result};
use crate::media::{ChunkInfo, ChunkRef, Config, Dictionary, Medium};
use crate::registry;

/// What is held until the file can begin, at most.
const MAX_HELD_BYTES: usize = 64 << 20;

/// Writes audio and video tracks to a file. One thread at a time.
///
/// Dropping it without [`finish`](Self::finish) closes the file as it is; an MP4 file is not readable then.
pub struct Muxer {
    output: OutputFile,
    target: Target,
    options: MuxOptions,
    state: State,
    tracks: Vec<MuxTrack>,
    /// Chunks that came before the file could begin, with their tracks.
    held: Vec<(usize, Held)>,
    held_bytes: usize,
    /// What is taken off every time.
    shift_us: i64,
}

/// What may be called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Tracks may be added, and options set.
    Setup,
    /// Chunks are held: something that the header needs is still to come.
    Holding,
    /// The header is written.
    Writing,
    /// Nothing more: finished, or the header could not be written.
    Closed,
}

impl Muxer {
    /// Creates or empties a file; its extension says the container (".mp4", ".mov").
    ///
    /// # Errors
    /// `NotSupported` if no container has the extension; `Io` if the file cannot be written.
    pub fn create(path: &str) -> Result<Self> {
        let extension = Path::new(path).extension().and_then(OsStr::to_str).unwrap_or_default();
        Target::open(extension, |container| OutputFile::create(path, container)).map(Self::onto)
    }

    /// The same for any bytes; `format` is the extension that says the container ("mp4", "webm"), `name` what errors call them. A write
    /// that fails ends it, as with a file.
    ///
    /// # Errors
    /// `NotSupported` if no container has the extension.
    pub fn create_stream(stream: impl Stream + 'static, format: &str, name: &str) -> Result<Self> {
        let extension = format.strip_prefix('.').unwrap_or(format);
        Target::open(extension, |container| OutputFile::create_on(stream, container, name)).map(Self::onto)
    }

    fn onto((output, target): (OutputFile, Target)) -> Self {
        Self {
            output,
            target,
            options: MuxOptions::default(),
            state: State::Setup,
            tracks: Vec::new(),
            held: Vec::new(),
            held_bytes: 0,
            shift_us: 0,
        }
    }

    /// Sets something of the whole file, before the first write: `startAtZero` ("true": the earliest timestamp becomes
    /// 0 and all others move with it; else the first one stays what it is), `title`; of MP4 and MOV `faststart` ("true": the index in front)
    /// and `fragmentDuration` (microseconds).
    ///
    /// # Errors
    /// `InvalidState` after the first write; `InvalidArgument` naming the key and what is allowed.
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        if self.state != State::Setup {
            return Err(self.wrong_state("set must come before the first write"));
        }
        self.options.set(&self.target, key, value)
    }

    /// Adds a track for a decoder configuration, of an encoder or a demuxer, and gives its number, from 0.
    ///
    /// Video needs `codedWidth` and `codedHeight`, audio `sampleRate` and `numberOfChannels`. Chunks of a codec that
    /// needs a description and has none (Annex B) are converted where the container has another form; the first one has the parameter
    /// sets. `framerate` decides what a chunk without a duration lasts, and MP4's clock.
    ///
    /// # Errors
    /// `InvalidState` after the first write; `InvalidArgument` if a key is missing or wrong; `NotSupported` if
    /// the container cannot hold the codec, or cannot be written without going back. These add nothing. `OutOfMemory`, which
    /// may end the muxer.
    pub fn add_track(&mut self, config: &Config) -> Result<u32> {
        if self.state != State::Setup {
            return Err(self.wrong_state("add_track must come before the first write"));
        }
        config.check_is(match av::medium(config.codec())? {
            Medium::Video => Dictionary::VideoTrack,
            Medium::Audio => Dictionary::AudioTrack,
        })?;
        self.target.check_holds(config.codec(), &self.output, self.tracks.len())?;
        self.target.check_rate(config)?;
        self.set_options()?;
        let in_band = registry::in_band(config.codec());
        if let Some((in_band, description)) = in_band.zip(config.description()) {
            (in_band.check)(description)?;
        }
        let (format, setup) = (registry::format(config.codec()), registry::setup(config)?);
        let told = Told { format, setup: setup.as_deref(), filter: self.target.filter(config.codec()) };
        let added = self.output.add_stream(config, &told);
        if self.output.stream_count() > self.tracks.len() + usize::from(added.is_ok()) {
            self.state = State::Closed; // memory ran out over a stream, which cannot be taken back
        }
        added.map_err(|error| self.target.explain(error, config.codec()))?;
        self.tracks.push(MuxTrack::new(config, self.output.headers_apart()));
        Ok(self.tracks.len() as u32 - 1)
    }

    /// Writes a chunk. A track's chunks come in decode order. Chunks of different tracks may come in any order
    /// and are interleaved; up to 10 seconds of one track are held in memory while another is behind.
    ///
    /// A chunk without `dts_us` has its timestamp as its decode time. Without `duration_us` it lasts one of the track's
    /// `framerate`, else as long as the one before it took; a picture lasts a tick at least. Decode times that are equal are
    /// put a tick apart.
    ///
    /// Chunks that are not shown (`discard`) are left out at the end. At the beginning they need negative timestamps,
    /// which get an edit list.
    ///
    /// # Errors
    /// `InvalidState` before the first track and after the end; `InvalidArgument` for a track that there is not,
    /// a chunk without bytes, and times out of range or order (decode times do not run back, are less than 2^31 ticks
    /// apart, which are 99 minutes in MP4 video, and are at most their timestamps); `Data` for Annex B that does not begin
    /// with its parameter sets, where they are needed; `NotSupported` for chunks that are not shown amid others, and for
    /// alpha where the container holds none. These write nothing. `Io` if the file cannot be written, `NotSupported` if the container cannot hold the tracks together.
    pub fn write(&mut self, track: u32, chunk: ChunkRef<'_>) -> Result<()> {
        if self.state == State::Closed {
            return Err(self.wrong_state("nothing can be written"));
        }
        if self.tracks.is_empty() {
            return Err(self.wrong_state("add_track must come before write"));
        }
        let index = check_track(track, self.tracks.len())?;
        if chunk.data.is_empty() {
            return Err(Error::invalid("a chunk has no bytes"));
        }
        let named = |error: Error| error.context(format_args!("track {track}"));
        self.target.check_alpha(&chunk).map_err(named)?;
        let times = self.tracks[index].times(&chunk.info)?;
        let hides = self.target.hides(self.options.in_fragments());
        let keep_back = self.tracks[index].keeps_back(&chunk.info, hides).map_err(named)?;
        if let Some((sets, filter)) = self.tracks[index].parameter_sets(chunk.data).map_err(named)? {
            self.output.set_parameter_sets(index, &sets, filter)?;
        }
        if chunk.alpha.is_some() && self.state != State::Writing {
            self.output.set_alpha(index)?;
        }
        if keep_back {
            self.tracks[index].keep_back(times, &chunk)?;
        } else {
            self.put_or_hold(index, times, &chunk)?;
        }
        self.tracks[index].pass(&chunk, &times);
        let enough = self.held_bytes > MAX_HELD_BYTES || self.is_ready(None);
        if self.state == State::Holding && enough { self.begin(None) } else { Ok(()) }
    }

    /// Has FFmpeg told what the container and the keys ask for.
    fn set_options(&mut self) -> Result<()> {
        let options = self.options.of_av(&self.target, self.output.goes_back())?;
        self.output.set_options(&options)
    }

    /// Writes a chunk, or holds it if the header must wait.
    fn put_or_hold(&mut self, index: usize, times: Times, chunk: &ChunkRef<'_>) -> Result<()> {
        let (arriving, skipped) = (Some((index, &chunk.info)), self.tracks[index].skipped_samples(chunk));
        if self.state == State::Setup && self.is_ready(arriving) {
            self.begin(arriving)?;
        }
        if self.state == State::Writing {
            return self.put(index, times, block_of(chunk, skipped));
        }
        self.held.push((index, Held::new(times, chunk, skipped)?));
        self.held_bytes += chunk.data.len() + chunk.alpha.map_or(0, <[u8]>::len);
        self.state = State::Holding;
        Ok(())
    }

    /// Writes what is left, and closes the file. No chunk need have been written.
    ///
    /// # Errors
    /// `InvalidState` if there is no track, or for the second time; `Io` if the file cannot be written; as [`write`](Self::write)
    /// for chunks that were held until now. After any
    /// but the first of these the file is closed.
    pub fn finish(&mut self) -> Result<()> {
        if self.state == State::Closed {
            return Err(self.wrong_state("finish can be called once"));
        }
        if self.tracks.is_empty() {
            return Err(self.wrong_state("a file needs a track"));
        }
        self.begin(None)?;
        let behind = self.put_behind().and_then(|()| self.complete_setups());
        self.state = State::Closed;
        self.output.finish().and(behind)
    }

    fn put(&mut self, index: usize, times: Times, block: Block<'_>) -> Result<()> {
        let (pts_us, dts_us) = (times.pts_us - self.shift_us, times.dts_us - self.shift_us);
        self.output.write(index, Times { pts_us, dts_us, ..times }, block)
    }

    /// The file may begin, once `arriving` is written, too.
    fn is_ready(&self, arriving: Arriving<'_>) -> bool {
        let must_have_begun = self.options.start_at_zero;
        self.tracks
            .iter()
            .enumerate()
            .all(|(index, track)| track.is_ready(must_have_begun, at(index, arriving)))
    }

    /// Writes the header, if it is not yet written, and what was held for it.
    fn begin(&mut self, arriving: Arriving<'_>) -> Result<()> {
        if self.state == State::Writing {
            return Ok(());
        }
        self.state = State::Closed;
        if self.options.start_at_zero {
            let begins = |(index, track): (usize, &MuxTrack)| track.begin_us(at(index, arriving));
            self.shift_us = self.tracks.iter().enumerate().filter_map(begins).min().unwrap_or(0);
        }
        let begun = self.set_options().and_then(|()| self.output.set_title(&self.options.title));
        let begun = begun.and_then(|()| self.output.write_header());
        begun.inspect_err(|_| _ = self.output.close())?;
        self.state = State::Writing;
        for (index, held) in std::mem::take(&mut self.held) {
            self.put(index, held.times, held.block())?;
        }
        Ok(())
    }

    /// Writes what was kept back and is needed.
    fn put_behind(&mut self) -> Result<()> {
        for index in 0..self.tracks.len() {
            for held in self.tracks[index].take_behind() {
                self.put(index, held.times, held.block())?;
            }
        }
        Ok(())
    }

    /// Has the headers say what only the ends of the tracks tell.
    fn complete_setups(&mut self) -> Result<()> {
        for (index, track) in self.tracks.iter().enumerate() {
            self.output.complete_setup(index, |setup| track.completed(setup))?;
        }
        Ok(())
    }

    fn wrong_state(&self, what: &str) -> Error {
        let state = match self.state {
            State::Setup if self.tracks.is_empty() => "the muxer has no track",
            State::Setup => "the muxer has not begun",
            State::Holding | State::Writing => "the muxer is writing",
            State::Closed => "the muxer has finished or failed",
        };
        Error::new(Kind::InvalidState, format!("{what}: {state}"))
    }
}

fn block_of<'a>(chunk: &ChunkRef<'a>, skipped: (u32, u32)) -> Block<'a> {
    Block { key: chunk.info.key, data: chunk.data, alpha: chunk.alpha, skipped }
}

/// The track and the facts of a chunk that is being written.
type Arriving<'a> = Option<(usize, &'a ChunkInfo)>;

/// What of `arriving` is of the track `index`.
fn at(index: usize, arriving: Arriving<'_>) -> Option<&ChunkInfo> {
    arriving.filter(|(track, _)| *track == index).map(|(_, info)| info)
}
