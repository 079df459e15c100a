//! Primaries: from linear RGB of one set to that of another.
//!
//! Sources: H.273 table 2, SMPTE RP 177 (the matrices), the Bradford transform of ICC.1 annex E (whites).

/// Rows of a linear map of three numbers.
pub type Matrix = [[f64; 3]; 3];

/// Chromaticities of red, green, blue and white.
struct Primaries {
    rgb: [[f64; 2]; 3],
    white: [f64; 2],
}

const D65: [f64; 2] = [0.3127, 0.3290];
const WHITE_C: [f64; 2] = [0.310, 0.316];
const WHITE_E: [f64; 2] = [1.0 / 3.0, 1.0 / 3.0];
const WHITE_DCI: [f64; 2] = [0.314, 0.351];

/// Cone responses of CIE XYZ, in which whites are exchanged.
const BRADFORD: Matrix = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];

/// The H.273 number of BT.709 for those that are not known.
pub fn known(primaries: Option<u8>) -> u8 {
    primaries.filter(|number| matches!(number, 4..=12 | 22)).unwrap_or(1)
}

impl Primaries {
    fn of(number: u8) -> Self {
        let (rgb, white) = match number {
            4 => ([[0.67, 0.33], [0.21, 0.71], [0.14, 0.08]], WHITE_C),
            5 => ([[0.64, 0.33], [0.29, 0.60], [0.15, 0.06]], D65),
            6 | 7 => ([[0.630, 0.340], [0.310, 0.595], [0.155, 0.070]], D65),
            8 => ([[0.681, 0.319], [0.243, 0.692], [0.145, 0.049]], WHITE_C),
            9 => ([[0.708, 0.292], [0.170, 0.797], [0.131, 0.046]], D65),
            10 => ([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], WHITE_E),
            11 => ([[0.680, 0.320], [0.265, 0.690], [0.150, 0.060]], WHITE_DCI),
            12 => ([[0.680, 0.320], [0.265, 0.690], [0.150, 0.060]], D65),
            22 => ([[0.630, 0.340], [0.295, 0.605], [0.155, 0.077]], D65),
            _ => ([[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]], D65),
        };
        Self { rgb, white }
    }

    /// Linear RGB to XYZ, with D65 for white.
    fn to_xyz(&self) -> Matrix {
        let columns = transposed(self.rgb.map(|[x, y]| [x, y, 1.0 - x - y]));
        let weights = times_vector(&inverse(&columns), xyz(self.white));
        let to_xyz = columns.map(|row| [0, 1, 2].map(|column| row[column] * weights[column]));
        let [from, to] = [self.white, D65].map(|white| times_vector(&BRADFORD, xyz(white)));
        let cones = times(&BRADFORD, &to_xyz);
        let adapted = [0, 1, 2].map(|row| cones[row].map(|cone| cone * to[row] / from[row]));
        times(&inverse(&BRADFORD), &adapted)
    }
}

/// Linear RGB of the primaries of one H.273 number to that of another; white becomes white.
pub fn conversion(from: u8, to: u8) -> Matrix {
    times(&inverse(&Primaries::of(to).to_xyz()), &Primaries::of(from).to_xyz())
}

/// A white of luminance 1.
fn xyz([x, y]: [f64; 2]) -> [f64; 3] {
    [x / y, 1.0, (1.0 - x - y) / y]
}

fn times_vector(matrix: &Matrix, vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2])
}

fn times(left: &Matrix, right: &Matrix) -> Matrix {
    transposed(transposed(*right).map(|column| times_vector(left, column)))
}

fn transposed(matrix: Matrix) -> Matrix {
    [0, 1, 2].map(|row| [0, 1, 2].map(|column| matrix[column][row]))
}

/// By the cross products of the rows. Primaries are never on one line, so there is one.
fn inverse(matrix: &Matrix) -> Matrix {
    let cross = |a: [f64; 3], b: [f64; 3]| {
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    };
    let [a, b, c] = *matrix;
    let columns = [cross(b, c), cross(c, a), cross(a, b)];
    let determinant: f64 = a.iter().zip(columns[0]).map(|(a, cofactor)| a * cofactor).sum();
    transposed(columns.map(|column| column.map(|cofactor| cofactor / determinant)))
}
