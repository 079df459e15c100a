//! Configurations and frames.

use std::ffi::{CString, c_char, c_void};
use std::ptr;

use super::config::fg_config;
use super::frame::fg_frame;
use super::{Refused, check, pod, types::*};

unsafe extern "C" {
    fn fg_config_new(codec: *const c_char, config: *mut *mut fg_config) -> fg_status;
    fn fg_config_set(config: *mut fg_config, key: *const c_char, value: *const c_char) -> fg_status;
    fn fg_config_set_bytes(
        config: *mut fg_config,
        key: *const c_char,
        bytes: *const u8,
        size: usize,
    ) -> fg_status;
    fn fg_config_get(
        config: *const fg_config,
        key: *const c_char,
        text: *mut c_char,
        capacity: usize,
    ) -> fg_status;
    fn fg_config_get_bytes(
        config: *const fg_config,
        key: *const c_char,
        bytes: *mut *const u8,
        size: *mut usize,
    ) -> fg_status;
    fn fg_encoder_is_config_supported(config: *const fg_config) -> fg_status;
    fn fg_decoder_is_config_supported(config: *const fg_config) -> fg_status;
    fn fg_config_free(config: *mut fg_config);
    fn fg_frame_new_video(info: *const fg_video_info, frame: *mut *mut fg_frame) -> fg_status;
    fn fg_frame_wrap_video(
        info: *const fg_video_info,
        planes: *const fg_planes,
        on_free: Option<unsafe extern "C" fn(*mut c_void)>,
        opaque: *mut c_void,
        frame: *mut *mut fg_frame,
    ) -> fg_status;
    fn fg_frame_scale(
        frame: *const fg_frame,
        width: u32,
        height: u32,
        scaled: *mut *mut fg_frame,
    ) -> fg_status;
    fn fg_frame_video_info(frame: *const fg_frame, info: *mut fg_video_info) -> fg_status;
    fn fg_frame_copy_from(frame: *mut fg_frame, bytes: *const u8, size: usize) -> fg_status;
    fn fg_frame_allocation_size(
        frame: *const fg_frame,
        options: *const fg_copy_options,
        size: *mut usize,
    ) -> fg_status;
    fn fg_frame_copy_to(
        frame: *const fg_frame,
        options: *const fg_copy_options,
        dest: *mut u8,
        size: usize,
    ) -> fg_status;
    fn fg_frame_release(frame: *mut fg_frame);
}

fn c(text: &str) -> CString {
    CString::new(text).unwrap()
}

/// An fg_config.
pub struct Config(pub(super) *mut fg_config);

// SAFETY: reading functions may run beside each other (its contract), and the tests write on one thread.
unsafe impl Send for Config {}
// SAFETY: as above.
unsafe impl Sync for Config {}

impl Config {
    /// A configuration with these keys.
    pub fn new(codec: &str, keys: &[(&str, &str)]) -> Self {
        let mut config = ptr::null_mut();
        // SAFETY: a string and a place.
        check(unsafe { fg_config_new(c(codec).as_ptr(), &mut config) }).unwrap();
        keys.iter().fold(Self(config), |config, (key, value)| config.with(key, value))
    }

    /// The same with one more key.
    pub fn with(self, key: &str, value: &str) -> Self {
        self.try_with(key, value).unwrap()
    }

    /// As `with`, where the value may be refused.
    pub fn try_with(self, key: &str, value: &str) -> Result<Self, Refused> {
        // SAFETY: a live configuration and strings.
        check(unsafe { fg_config_set(self.0, c(key).as_ptr(), c(value).as_ptr()) })?;
        Ok(self)
    }

    /// The same with a description.
    pub fn described(self, bytes: &[u8]) -> Self {
        // SAFETY: a live configuration, a string, bytes.
        let status =
            unsafe { fg_config_set_bytes(self.0, c"description".as_ptr(), bytes.as_ptr(), bytes.len()) };
        check(status).unwrap();
        self
    }

    /// A copy of a configuration inside an output.
    ///
    /// # Safety
    /// `config` is live.
    pub(super) unsafe fn copy_of(config: *const fg_config) -> Self {
        let source = std::mem::ManuallyDrop::new(Self(config.cast_mut()));
        let mut copy = Self::new(&source.get("codec"), &[]);
        let keys = [
            "codedWidth",
            "codedHeight",
            "displayAspectWidth",
            "displayAspectHeight",
            "rotation",
            "flip",
            "colorSpace.primaries",
            "colorSpace.transfer",
            "colorSpace.matrix",
            "colorSpace.fullRange",
            "sampleRate",
            "numberOfChannels",
            "primingSamples",
        ];
        for key in keys {
            let value = source.get(key);
            if !value.is_empty() {
                copy = copy.with(key, &value);
            }
        }
        copy.described(&source.description())
    }

    /// What fg_encoder_is_config_supported says.
    pub fn encoder_support(&self) -> Result<(), Refused> {
        // SAFETY: a live configuration.
        check(unsafe { fg_encoder_is_config_supported(self.0) }).map(drop)
    }

    /// What fg_decoder_is_config_supported says.
    pub fn decoder_support(&self) -> Result<(), Refused> {
        // SAFETY: a live configuration.
        check(unsafe { fg_decoder_is_config_supported(self.0) }).map(drop)
    }

    /// A key's value.
    pub fn get(&self, key: &str) -> String {
        let mut text = [0u8; 256];
        // SAFETY: a live configuration, a string, a buffer and its size.
        let status = unsafe { fg_config_get(self.0, c(key).as_ptr(), text.as_mut_ptr().cast(), text.len()) };
        check(status).unwrap();
        let end = text.iter().position(|byte| *byte == 0).unwrap();
        String::from_utf8(text[..end].to_vec()).unwrap()
    }

    /// The description.
    pub fn description(&self) -> Vec<u8> {
        let (mut bytes, mut size) = (ptr::null(), 0);
        // SAFETY: a live configuration, a string, places.
        check(unsafe { fg_config_get_bytes(self.0, c"description".as_ptr(), &mut bytes, &mut size) })
            .unwrap();
        if bytes.is_null() {
            return Vec::new();
        }
        // SAFETY: valid until the configuration changes.
        unsafe { std::slice::from_raw_parts(bytes, size) }.to_vec()
    }
}

impl Drop for Config {
    fn drop(&mut self) {
        // SAFETY: ours.
        unsafe { fg_config_free(self.0) }
    }
}

/// An fg_frame reference.
pub struct Frame(pub(super) *mut fg_frame);

// SAFETY: frames are reference counted with atomics and not written to after enqueue.
unsafe impl Send for Frame {}

/// FG_VIDEO_INFO_INIT with a format and a size.
pub fn video_info(format: i32, width: u32, height: u32) -> fg_video_info {
    let mut info = pod!(fg_video_info);
    (info.format, info.coded_width, info.coded_height) = (format, width, height);
    (info.color_primaries, info.color_transfer, info.color_matrix, info.color_range) = (-1, -1, -1, -1);
    info.duration_us = -1;
    info
}

impl Frame {
    /// A frame that nobody has written to.
    pub fn blank(info: &fg_video_info) -> Result<Self, Refused> {
        let mut frame = ptr::null_mut();
        // SAFETY: a struct and a place.
        check(unsafe { fg_frame_new_video(info, &mut frame) })?;
        Ok(Self(frame))
    }

    /// A frame of tightly packed bytes.
    pub fn new(info: &fg_video_info, bytes: &[u8]) -> Result<Self, Refused> {
        let frame = Self::blank(info)?;
        // SAFETY: a live frame and bytes.
        check(unsafe { fg_frame_copy_from(frame.0, bytes.as_ptr(), bytes.len()) })?;
        Ok(frame)
    }

    /// A frame around memory that lasts for ever.
    pub fn wrap(info: &fg_video_info, planes: &fg_planes) -> Result<Self, Refused> {
        let mut frame = ptr::null_mut();
        // SAFETY: structs and a place; the planes are as long as their strides and rows say, and stay.
        check(unsafe { fg_frame_wrap_video(info, planes, None, ptr::null_mut(), &mut frame) })?;
        Ok(Self(frame))
    }

    /// fg_frame_scale.
    pub fn scaled(&self, width: u32, height: u32) -> Result<Self, Refused> {
        let mut scaled = ptr::null_mut();
        // SAFETY: a live frame and a place.
        check(unsafe { fg_frame_scale(self.0, width, height, &mut scaled) })?;
        Ok(Self(scaled))
    }

    pub fn info(&self) -> fg_video_info {
        let mut info = pod!(fg_video_info);
        // SAFETY: a live frame and a struct.
        check(unsafe { fg_frame_video_info(self.0, &mut info) }).unwrap();
        info
    }

    /// The visible pixels, tightly packed, in the frame's format.
    pub fn bytes(&self) -> Vec<u8> {
        self.copied(ptr::null())
    }

    /// The same as RGB of that format, with the frame's own primaries and transfer.
    pub fn rgb_bytes(&self, format: i32) -> Vec<u8> {
        let mut options = pod!(fg_copy_options);
        (options.format, options.color_space) = (format, FG_COLOR_SPACE_SOURCE);
        self.copied(&options)
    }

    fn copied(&self, options: *const fg_copy_options) -> Vec<u8> {
        let mut size = 0;
        // SAFETY: a live frame, NULL or a struct, a place; then a buffer of that size.
        unsafe {
            check(fg_frame_allocation_size(self.0, options, &mut size)).unwrap();
            let mut bytes = vec![0; size];
            check(fg_frame_copy_to(self.0, options, bytes.as_mut_ptr(), size)).unwrap();
            bytes
        }
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        // SAFETY: our reference.
        unsafe { fg_frame_release(self.0) }
    }
}
