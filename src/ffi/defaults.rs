//! What the header's FG_..._INIT set: the defaults of its structs.

use std::ptr::{null, null_mut};

use super::types::*;

/// `struct_size` of a struct of ours.
fn size<T>() -> u32 {
    size_of::<T>() as u32
}

impl Default for fg_output {
    fn default() -> Self {
        Self {
            struct_size: size::<Self>(),
            kind: 0,
            token: 0,
            timestamp_us: 0,
            duration_us: -1,
            dts_us: FG_NO_TIMESTAMP,
            id: 0,
            flags: 0,
            status: FG_OK,
            data: null(),
            size: 0,
            frame: null_mut(),
            config: null(),
            flush_id: 0,
            temporal_layer: 0,
            reserved: 0,
            alpha_data: null(),
            alpha_size: 0,
            priming: 0,
            padding: 0,
        }
    }
}

impl Default for fg_chunk {
    fn default() -> Self {
        Self {
            struct_size: size::<Self>(),
            flags: 0,
            timestamp_us: 0,
            duration_us: -1,
            dts_us: FG_NO_TIMESTAMP,
            id: 0,
            data: null(),
            size: 0,
            alpha_data: null(),
            alpha_size: 0,
        }
    }
}

impl Default for fg_video_info {
    fn default() -> Self {
        Self {
            struct_size: size::<Self>(),
            format: 0,
            coded_width: 0,
            coded_height: 0,
            visible_x: 0,
            visible_y: 0,
            visible_width: 0,
            visible_height: 0,
            display_width: 0,
            display_height: 0,
            rotation: 0,
            flip: 0,
            color_primaries: -1,
            color_transfer: -1,
            color_matrix: -1,
            color_range: -1,
            timestamp_us: 0,
            duration_us: -1,
            id: 0,
            flags: 0,
            reserved: 0,
        }
    }
}

impl Default for fg_audio_info {
    fn default() -> Self {
        Self {
            struct_size: size::<Self>(),
            format: 0,
            sample_rate: 0,
            channels: 0,
            frames: 0,
            reserved: 0,
            timestamp_us: 0,
            duration_us: -1,
            id: 0,
        }
    }
}

impl Default for fg_planes {
    fn default() -> Self {
        Self {
            struct_size: size::<Self>(),
            count: 0,
            data: [null_mut(); 4],
            stride: [0; 4],
            rows: [0; 4],
            extended_data: null(),
        }
    }
}

impl Default for fg_encode_options {
    fn default() -> Self {
        Self { struct_size: size::<Self>(), key_frame: 0, quantizer: -1, reserved: 0 }
    }
}

impl Default for fg_copy_options {
    fn default() -> Self {
        Self {
            struct_size: size::<Self>(),
            format: -1,
            x: 0,
            y: 0,
            width: 0,
            height: 0,
            plane: 0,
            plane_count: 0,
            offset: [0; 4],
            stride: [0; 4],
            color_space: FG_COLOR_SPACE_SRGB,
            reserved: 0,
            frame_offset: 0,
            frame_count: 0,
        }
    }
}

impl Default for fg_io {
    fn default() -> Self {
        Self {
            struct_size: size::<Self>(),
            reserved: 0,
            opaque: null_mut(),
            read: None,
            write: None,
            seek: None,
            size: None,
        }
    }
}

impl Default for fg_limits {
    fn default() -> Self {
        Self {
            struct_size: size::<Self>(),
            max_streams: 0,
            probe_bytes: 0,
            max_pixels: 0,
            max_side: 0,
            reserved: 0,
            max_samples: 0,
            max_buffered_chunks: 0,
            max_buffered_bytes: 0,
        }
    }
}

impl Default for fg_file_info {
    fn default() -> Self {
        Self {
            struct_size: size::<Self>(),
            flags: 0,
            duration_us: -1,
            start_us: FG_NO_TIMESTAMP,
            track_count: 0,
            chapter_count: 0,
            cover_count: 0,
            reserved: 0,
        }
    }
}

impl Default for fg_track_info {
    fn default() -> Self {
        Self {
            struct_size: size::<Self>(),
            disposition: 0,
            stream: 0,
            reserved: 0,
            frames: -1,
            duration_us: -1,
            start_us: FG_NO_TIMESTAMP,
        }
    }
}

impl Default for fg_stats {
    fn default() -> Self {
        Self {
            struct_size: size::<Self>(),
            slots: 0,
            in_flight: 0,
            in_flight_peak: 0,
            queued: 0,
            in_codec: 0,
            in_codec_peak: 0,
            ready: 0,
            held: 0,
            waiting: 0,
            bytes_in_flight: 0,
            bytes_peak: 0,
            inputs: 0,
            outputs: 0,
            releases: 0,
            enqueue_waits: 0,
            enqueue_wait_us: 0,
            dropped: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::*;
    use crate::ffi::pod::Pod;

    /// The bytes that a C compiler makes of a struct's initialiser.
    fn bytes_in_c(name: &str) -> Vec<u8> {
        let root = env!("CARGO_MANIFEST_DIR");
        let folder = std::env::temp_dir().join(format!("framegate-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (source, program) = (folder.join("print.c"), folder.join("print"));
        let init = name.to_uppercase();
        let text = format!(
            "#include <framegate.h>\n#include <stdio.h>\nstatic const {name} value = {init}_INIT;\n\
             int main(void) {{ return fwrite(&value, sizeof value, 1, stdout) == 1 ? 0 : 1; }}\n"
        );
        fs::write(&source, text).unwrap();
        let mut compiler = Command::new("cc");
        compiler.arg("-I").arg(format!("{root}/include")).arg(&source).arg("-o").arg(&program);
        assert!(compiler.status().unwrap().success(), "{name}");
        let printed = Command::new(&program).output().unwrap();
        fs::remove_dir_all(folder).unwrap();
        printed.stdout
    }

    fn compare<T: Pod + Default>() {
        let value = T::default();
        // SAFETY: a Pod is integers and pointers without padding.
        let ours = unsafe { std::slice::from_raw_parts((&raw const value).cast::<u8>(), size_of::<T>()) };
        assert_eq!(ours, bytes_in_c(T::NAME), "{}", T::NAME);
    }

    #[test]
    fn defaults_are_the_initialisers() {
        compare::<fg_output>();
        compare::<fg_chunk>();
        compare::<fg_video_info>();
        compare::<fg_audio_info>();
        compare::<fg_planes>();
        compare::<fg_encode_options>();
        compare::<fg_copy_options>();
        compare::<fg_limits>();
        compare::<fg_file_info>();
        compare::<fg_track_info>();
        compare::<fg_io>();
        compare::<fg_stats>();
    }
}
