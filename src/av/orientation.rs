//! Rotation and flip as the display matrix that containers carry.
//!
//! Source: libavutil/display.h; ISO/IEC 14496-12 section 8.3.2 (tkhd). With rows a b u, c d v, x y w, a point
//! (p, q), q growing downwards, is shown at (a p + c q + x, b p + d q + y).

/// `AV_PKT_DATA_DISPLAYMATRIX`: 16.16 fixed point, the last column 2.30.
pub type Matrix = [i32; 9];

/// How a picture is turned before it is shown. W3C's order: the turn first, then the flip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Orientation {
    /// Clockwise: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Mirrored left to right.
    pub flip: bool,
}

impl Orientation {
    /// The nearest orientation to a matrix. A matrix that shows nothing is no turn.
    pub fn of_matrix(matrix: &Matrix) -> Self {
        let [mut a, b, _, mut c, d, ..] = matrix.map(f64::from);
        let determinant = a * d - b * c;
        if determinant == 0.0 {
            return Self::default();
        }
        let flip = determinant < 0.0;
        if flip {
            (a, c) = (-a, -c); // mirroring again leaves the turn alone
        }
        // Both columns say the angle; their sum is the nearest turn when they disagree.
        let degrees = (b - c).atan2(a + d).to_degrees();
        let quarters = (degrees / 90.0 + 0.5).floor().rem_euclid(4.0);
        Self { rotation: 90 * quarters as u16, flip }
    }

    /// The matrix of this orientation.
    pub fn to_matrix(self) -> Matrix {
        let (cos, sin) = match self.rotation {
            90 => (0, 1),
            180 => (-1, 0),
            270 => (0, -1),
            _ => (1, 0),
        };
        let mirror = if self.flip { -1 } else { 1 };
        let one = 1 << 16;
        [mirror * cos * one, sin * one, 0, -mirror * sin * one, cos * one, 0, 0, 0, 1 << 30]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ffmpeg_sys_next as ff;

    #[test]
    fn libavutil_agrees() {
        for rotation in [0, 90, 180, 270] {
            for flip in [false, true] {
                let mut matrix = Matrix::default();
                // SAFETY: both calls get 9 values; av_display_matrix_flip mirrors what is shown.
                unsafe {
                    ff::av_display_rotation_set(matrix.as_mut_ptr(), f64::from(rotation));
                    ff::av_display_matrix_flip(matrix.as_mut_ptr(), flip.into(), 0);
                }
                let orientation = Orientation { rotation, flip };
                assert_eq!(Orientation::of_matrix(&matrix), orientation);
                assert_eq!(orientation.to_matrix(), matrix);
            }
        }
    }

    #[test]
    fn odd_matrices_are_the_nearest_quarter() {
        let mut matrix = Matrix::default();
        assert_eq!(Orientation::of_matrix(&matrix), Orientation::default());
        for (degrees, rotation) in [(44.0, 0), (46.0, 90), (-44.0, 0), (-46.0, 270), (359.0, 0)] {
            // SAFETY: 9 values.
            unsafe { ff::av_display_rotation_set(matrix.as_mut_ptr(), degrees) };
            assert_eq!(Orientation::of_matrix(&matrix), Orientation { rotation, flip: false });
        }
        assert_eq!(Orientation::of_matrix(&[i32::MIN; 9]), Orientation::default());
    }
}
