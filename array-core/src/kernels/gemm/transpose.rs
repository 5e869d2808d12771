//! Squares of 4×4 elements turned in registers. The compiler makes 32 moves of the plain loop, and 8 shuffles of what
//! names them.

/// Rows become columns.
#[inline(always)]
pub(super) fn plain<T: Copy>(tile: [[T; 4]; 4]) -> [[T; 4]; 4] {
    [0, 1, 2, 3].map(|column| tile.map(|row| row[column]))
}

/// As [`plain`].
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

/// As [`plain`].
#[cfg(not(target_arch = "x86_64"))]
pub(super) use plain as of_f32;
