//! What this machine's processor has, and the two loops of which the compiler makes no good vector code.
//!
//! f32 to s32: a language without undefined results asks more of that conversion than the instruction does, which gives the
//! lowest number for what is above the highest. s32 to s16: the compiler shortens the samples of one vector at a time, in two
//! steps each, and rounds in as many bits as they had before.

use std::arch::x86_64::*;

use super::kernels::{self, Convert};
use super::sample::{Sample, To};
use crate::media::SampleFormat;

/// True if the processor has what is enabled for AVX-512: that of Ice Lake and Zen 4, which do not become slower by using it.
pub fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vbmi")
}

/// A loop that is better than what the compiler makes, for formats that have one here.
pub fn convert(from: SampleFormat, to: SampleFormat) -> Option<Convert> {
    use SampleFormat::{F32, S16, S32};
    let (avx512, avx2) = (has_avx512(), is_x86_feature_detected!("avx2"));
    match (from.packed(), to.packed()) {
        (F32, S32) if avx512 => None, // the compiler's is as good there
        (F32, S32) if avx2 => Some(ints_avx2),
        (F32, S32) => Some(ints_sse2),
        (S32, S16) if avx512 => Some(shorts_avx512),
        (S32, S16) if avx2 => Some(shorts_avx2),
        _ => None,
    }
}

/// One more than the largest s32.
const BEYOND: f32 = 2_147_483_648.0;

/// # Safety
/// This machine has AVX2; and as [`Convert`].
#[target_feature(enable = "avx2")]
unsafe fn ints_avx2(from: *const u8, to: *mut u8, count: usize) {
    const LANES: usize = 8;
    let beyond = _mm256_set1_ps(BEYOND);
    for index in 0..count / LANES {
        // SAFETY: the caller's: so many samples, of which this group is one; the instructions take any alignment.
        unsafe {
            let level = _mm256_loadu_ps(from.cast::<f32>().add(index * LANES));
            let number = _mm256_cmp_ps::<_CMP_ORD_Q>(level, level);
            let scaled = _mm256_mul_ps(_mm256_and_ps(level, number), beyond);
            let above = _mm256_castps_si256(_mm256_cmp_ps::<_CMP_GE_OQ>(scaled, beyond));
            let rounded = _mm256_xor_si256(_mm256_cvtps_epi32(scaled), above);
            _mm256_storeu_si256(to.cast::<__m256i>().add(index), rounded);
        }
    }
    // SAFETY: the caller's.
    unsafe { rest::<f32, i32>(from, to, count / LANES * LANES, count) }
}

/// # Safety
/// As [`Convert`].
unsafe fn ints_sse2(from: *const u8, to: *mut u8, count: usize) {
    const LANES: usize = 4;
    // SAFETY: every x86-64 has SSE2. The rest is the caller's, as above.
    unsafe {
        let beyond = _mm_set1_ps(BEYOND);
        for index in 0..count / LANES {
            let level = _mm_loadu_ps(from.cast::<f32>().add(index * LANES));
            let scaled = _mm_mul_ps(_mm_and_ps(level, _mm_cmpord_ps(level, level)), beyond);
            let above = _mm_castps_si128(_mm_cmpge_ps(scaled, beyond));
            let rounded = _mm_xor_si128(_mm_cvtps_epi32(scaled), above);
            _mm_storeu_si128(to.cast::<__m128i>().add(index), rounded);
        }
        rest::<f32, i32>(from, to, count / LANES * LANES, count);
    }
}

/// Two vectors at a time: the upper halves of both in one, the second's between the first's, and the lower halves in another.
/// So every instruction that rounds has twice as many samples, and at the end all are brought into their order.
///
/// # Safety
/// This machine has AVX-512; and as [`Convert`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
unsafe fn shorts_avx512(from: *const u8, to: *mut u8, count: usize) {
    const LANES: usize = 32;
    const SECOND: __mmask32 = 0xaaaa_aaaa;
    let (one, half) = (_mm512_set1_epi16(1), _mm512_set1_epi16(i16::MIN));
    // Of the first vector's samples, which are even ones, then of the second's.
    let order: [i16; LANES] = std::array::from_fn(|at| (at % 16 * 2 + at / 16) as i16);
    // SAFETY: the array has the size; the rest is the caller's, as above.
    unsafe {
        let order = _mm512_loadu_epi16(order.as_ptr());
        for index in 0..count / LANES {
            let first = _mm512_loadu_si512(from.cast::<__m512i>().add(index * 2));
            let second = _mm512_loadu_si512(from.cast::<__m512i>().add(index * 2 + 1));
            let whole = _mm512_mask_mov_epi16(_mm512_srli_epi32::<16>(first), SECOND, second);
            let rest = _mm512_mask_mov_epi16(first, SECOND, _mm512_slli_epi32::<16>(second));
            // More than half, or half of an odd number.
            let most = _mm512_sub_epi16(half, _mm512_and_si512(whole, one));
            let up = _mm512_cmpgt_epu16_mask(rest, most);
            let rounded = _mm512_mask_adds_epi16(whole, up, whole, one);
            let ordered = _mm512_permutexvar_epi16(order, rounded);
            _mm512_storeu_si512(to.cast::<__m512i>().add(index), ordered);
        }
        rest::<i32, i16>(from, to, count / LANES * LANES, count);
    }
}

/// The same; there is no comparison of numbers without sign here, so half is subtracted first.
///
/// # Safety
/// This machine has AVX2; and as [`Convert`].
#[target_feature(enable = "avx2")]
unsafe fn shorts_avx2(from: *const u8, to: *mut u8, count: usize) {
    const LANES: usize = 16;
    const SECOND: i32 = 0b1010_1010;
    let (one, half, zero) = (_mm256_set1_epi16(1), _mm256_set1_epi16(i16::MIN), _mm256_setzero_si256());
    // Of each half of a vector.
    let order =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15));
    for index in 0..count / LANES {
        // SAFETY: as above.
        unsafe {
            let first = _mm256_loadu_si256(from.cast::<__m256i>().add(index * 2));
            let second = _mm256_loadu_si256(from.cast::<__m256i>().add(index * 2 + 1));
            let whole = _mm256_blend_epi16::<SECOND>(_mm256_srli_epi32::<16>(first), second);
            let rest = _mm256_blend_epi16::<SECOND>(first, _mm256_slli_epi32::<16>(second));
            let above = _mm256_adds_epi16(_mm256_xor_si256(rest, half), _mm256_and_si256(whole, one));
            let rounded = _mm256_subs_epi16(whole, _mm256_cmpgt_epi16(above, zero));
            let ordered = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_shuffle_epi8(rounded, order));
            _mm256_storeu_si256(to.cast::<__m256i>().add(index), ordered);
        }
    }
    // SAFETY: the caller's.
    unsafe { rest::<i32, i16>(from, to, count / LANES * LANES, count) }
}

/// What does not fill a vector.
///
/// # Safety
/// As [`Convert`].
unsafe fn rest<A: To<B>, B: Sample>(from: *const u8, to: *mut u8, first: usize, count: usize) {
    let [from_bytes, to_bytes] = [size_of::<A>(), size_of::<B>()];
    // SAFETY: the caller's.
    unsafe { kernels::convert::<A, B>(from.add(first * from_bytes), to.add(first * to_bytes), count - first) }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    /// The loops and the definition agree, in groups and in what is left.
    fn check<A: To<B>, B: Sample + Default + PartialEq + Debug>(samples: &[A], loops: &[(bool, Convert)]) {
        let exact: Vec<B> = samples.iter().map(|sample| sample.to()).collect();
        for (_, convert) in loops.iter().filter(|(has, _)| *has) {
            for count in [0, 1, 3, 4, 7, 8, 9, 15, 17, 31, 33, 65, samples.len()] {
                let mut found = vec![B::default(); count];
                // SAFETY: both have so many samples, and the processor what the loop needs.
                unsafe { convert(samples.as_ptr().cast(), found.as_mut_ptr().cast(), count) };
                assert_eq!(found, exact[..count]);
            }
        }
    }

    #[test]
    fn floats_become_the_same_ints() {
        let edges = [0.0, -0.0, 1.0, -1.0, 0.999_999_94, 1.5, -1.5, f32::MAX, f32::NAN, -f32::NAN];
        let edges = edges.into_iter().chain([f32::INFINITY, f32::NEG_INFINITY]);
        let levels: Vec<f32> = edges.chain((0..2000).map(|bits| f32::from_bits(bits * 2_147_483))).collect();
        let avx2 = is_x86_feature_detected!("avx2");
        check::<f32, i32>(&levels, &[(true, ints_sse2), (avx2, ints_avx2)]);
    }

    #[test]
    fn ints_become_the_same_shorts() {
        // Beside every half, of even numbers and odd ones, and at both ends.
        let halves =
            (0..=0xffff_u32).flat_map(|upper| [0x7fff, 0x8000, 0x8001].map(|lower| upper << 16 | lower));
        let samples: Vec<i32> =
            halves.chain([0, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]).map(|bits| bits as i32).collect();
        let avx2 = is_x86_feature_detected!("avx2");
        check::<i32, i16>(&samples, &[(avx2, shorts_avx2), (has_avx512(), shorts_avx512)]);
    }
}
