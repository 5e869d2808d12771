//! Squares of 4×4 elements turned in registers. The compiler makes 32 moves of the plain loop, and 8 shuffles of what
//! names them.

/// Rows become columns.
#[cfg(any(not(target_arch = "x86_64"), test))]
#[inline(always)]
pub(super) fn plain<T: Copy>(tile: [[T; 4]; 4]) -> [[T; 4]; 4] {
    [0, 1, 2, 3].map(|column| tile.map(|row| row[column]))
}

/// Rows become columns.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn of_f32(tile: [[f32; 4]; 4]) -> [[f32; 4]; 4] {
    use std::arch::x86_64::{
        _mm_loadu_ps, _mm_movehl_ps, _mm_movelh_ps, _mm_storeu_ps, _mm_unpackhi_ps, _mm_unpacklo_ps,
    };
    let mut turned = tile;
    // SAFETY: every x86-64 has SSE; rows are four floats.
    unsafe {
        let [a, b, c, d] = tile.each_ref().map(|row| _mm_loadu_ps(row.as_ptr()));
        // a0 b0 a1 b1, a2 b2 a3 b3, and the same of c and d.
        let (ab, ab2) = (_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
        let (cd, cd2) = (_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
        let rows =
            [_mm_movelh_ps(ab, cd), _mm_movehl_ps(cd, ab), _mm_movelh_ps(ab2, cd2), _mm_movehl_ps(cd2, ab2)];
        for (row, values) in turned.iter_mut().zip(rows) {
            _mm_storeu_ps(row.as_mut_ptr(), values);
        }
    }
    turned
}

/// Rows become columns.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn of_f64(tile: [[f64; 4]; 4]) -> [[f64; 4]; 4] {
    use std::arch::x86_64::{_mm_loadu_pd, _mm_storeu_pd, _mm_unpackhi_pd, _mm_unpacklo_pd};
    let mut turned = tile;
    // Squares of 2×2: that of rows 2i and columns 2j goes to rows 2j and columns 2i.
    for (i, j) in [(0, 0), (0, 2), (2, 0), (2, 2)] {
        // SAFETY: every x86-64 has SSE2; columns j and j + 1, and i and i + 1, are two doubles of their rows.
        unsafe {
            let (a, b) = (_mm_loadu_pd(tile[i][j..].as_ptr()), _mm_loadu_pd(tile[i + 1][j..].as_ptr()));
            _mm_storeu_pd(turned[j][i..].as_mut_ptr(), _mm_unpacklo_pd(a, b));
            _mm_storeu_pd(turned[j + 1][i..].as_mut_ptr(), _mm_unpackhi_pd(a, b));
        }
    }
    turned
}

/// Rows become columns.
#[cfg(not(target_arch = "x86_64"))]
pub(super) use plain as of_f32;
/// Rows become columns.
#[cfg(not(target_arch = "x86_64"))]
pub(super) use plain as of_f64;

#[cfg(test)]
mod tests {
    #[test]
    fn rows_become_columns() {
        let tile: [[f64; 4]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| (4 * i + j) as f64));
        let expected: [[f64; 4]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| (4 * j + i) as f64));
        assert_eq!((super::of_f64(tile), super::plain(tile)), (expected, expected));
        let narrow = |tile: [[f64; 4]; 4]| tile.map(|row| row.map(|x| x as f32));
        assert_eq!(super::of_f32(narrow(tile)), narrow(expected));
    }
}
