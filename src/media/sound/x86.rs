//! What this machine's processor has, and the one loop of which the compiler makes no good vector code: f32 to s32. A language
//! without undefined results asks more of that conversion than the instruction does, which rounds, and gives the lowest number
//! for what is above the highest.

use std::arch::x86_64::*;

use super::kernels::Convert;
use super::readable;
use super::sample::To;
use super::writable;

/// True if the processor has what is enabled for AVX-512: that of Ice Lake and Zen 4, which do not become slower by using it.
pub fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vbmi")
}

/// The loop from f32 to s32.
pub fn floats_to_ints() -> Convert {
    if has_avx512() {
        avx512
    } else if is_x86_feature_detected!("avx2") {
        avx2
    } else {
        sse2
    }
}

/// One more than the largest s32.
const BEYOND: f32 = 2_147_483_648.0;

/// # Safety
/// This machine has AVX-512; and as [`Convert`].
#[target_feature(enable = "avx512f")]
unsafe fn avx512(from: *const u8, to: *mut u8, count: usize) {
    const LANES: usize = 16;
    let (beyond, top) = (_mm512_set1_ps(BEYOND), _mm512_set1_epi32(i32::MAX));
    for index in 0..count / LANES {
        // SAFETY: the caller's: so many samples, of which this group is one; the instructions take any alignment.
        unsafe {
            let level = _mm512_loadu_ps(from.cast::<f32>().add(index * LANES));
            let number = _mm512_cmp_ps_mask::<_CMP_ORD_Q>(level, level);
            let scaled = _mm512_maskz_mul_ps(number, level, beyond);
            let above = _mm512_cmp_ps_mask::<_CMP_GE_OQ>(scaled, beyond);
            let rounded = _mm512_mask_mov_epi32(_mm512_cvtps_epi32(scaled), above, top);
            _mm512_storeu_si512(to.cast::<__m512i>().add(index), rounded);
        }
    }
    // SAFETY: the caller's.
    unsafe { rest(from, to, count / LANES * LANES, count) }
}

/// # Safety
/// This machine has AVX2; and as [`Convert`].
#[target_feature(enable = "avx2")]
unsafe fn avx2(from: *const u8, to: *mut u8, count: usize) {
    const LANES: usize = 8;
    let beyond = _mm256_set1_ps(BEYOND);
    for index in 0..count / LANES {
        // SAFETY: as above.
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
    unsafe { rest(from, to, count / LANES * LANES, count) }
}

/// # Safety
/// As [`Convert`].
unsafe fn sse2(from: *const u8, to: *mut u8, count: usize) {
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
        rest(from, to, count / LANES * LANES, count);
    }
}

/// # Safety
/// As [`Convert`].
unsafe fn rest(from: *const u8, to: *mut u8, first: usize, count: usize) {
    // SAFETY: the caller's.
    let (from, to) = unsafe { (readable::<[u8; 4]>(from, count), writable::<[u8; 4]>(to, count)) };
    for (to, from) in to[first..].iter_mut().zip(&from[first..]) {
        let sample: i32 = f32::from_ne_bytes(*from).to();
        *to = sample.to_ne_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The loops and the definition agree, also in groups and in what is left.
    #[test]
    fn all_loops_give_the_same() {
        let edges = [0.0, -0.0, 1.0, -1.0, 0.999_999_94, 1.5, -1.5, f32::MAX, f32::NAN, -f32::NAN];
        let edges = edges.into_iter().chain([f32::INFINITY, f32::NEG_INFINITY]);
        let levels: Vec<f32> = edges.chain((0..2000).map(|bits| f32::from_bits(bits * 2_147_483))).collect();
        let exact: Vec<i32> = levels.iter().map(|level| level.to()).collect();
        let mut loops: Vec<Convert> = vec![sse2];
        loops.extend(is_x86_feature_detected!("avx2").then_some(avx2 as Convert));
        loops.extend(has_avx512().then_some(avx512 as Convert));
        for convert in loops {
            for count in [0, 1, 3, 4, 7, 8, 9, 15, 17, levels.len()] {
                let mut found = vec![0i32; count];
                // SAFETY: both have so many samples.
                unsafe { convert(levels.as_ptr().cast(), found.as_mut_ptr().cast(), count) };
                assert_eq!(found, exact[..count]);
            }
        }
    }
}
