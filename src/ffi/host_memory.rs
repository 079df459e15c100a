//! Memory around which a host makes frames.

use std::ffi::c_void;

use crate::machine::Callback;

/// Memory of the host's, freed by the host.
pub(super) struct HostMemory {
    pub(super) on_free: Option<unsafe extern "C" fn(*mut c_void)>,
    pub(super) opaque: *mut c_void,
}

// SAFETY: the C contract says that `on_free` may be called on any thread; `opaque` is only handed to it.
unsafe impl Send for HostMemory {}
// SAFETY: as above; there is no shared access.
unsafe impl Sync for HostMemory {}

impl Drop for HostMemory {
    fn drop(&mut self) {
        if let Some(on_free) = self.on_free {
            let _callback = Callback::enter();
            // SAFETY: the C contract of fg_frame_wrap_video and fg_frame_wrap_audio; dropped once.
            unsafe { on_free(self.opaque) }
        }
    }
}
