//! Arrays as heat maps.

use array_core::{Array, SliceItem};

use crate::page::{BAD, LEVELS, data_url, diverging, greys};
use crate::scalar::Scalar;

/// The most rows and columns of a heat map; larger arrays are averaged over blocks.
#[derive(Clone, Copy)]
pub struct Limits {
    pub side: usize,
    pub tiles: usize,
}

/// How the elements of an array are laid out on the page.
#[derive(Clone, Copy)]
pub enum View {
    /// Rows and columns of a matrix, of the first sample if there are more axes.
    Matrix,
    /// Every channel, or head, of the first sample.
    Tiles,
    /// Every sample an image of this height and width.
    Images(usize, usize),
}

/// A heat map, or several with one scale.
pub struct Picture {
    pub tiles: Vec<Tile>,
    /// What the ends of the scale stand for.
    pub low: f64,
    pub high: f64,
    /// Whether it is drawn in grey, as images are.
    pub grey: bool,
    /// What has been left out or averaged.
    pub note: Option<String>,
}

pub struct Tile {
    /// The image as an address.
    pub url: String,
    pub rows: usize,
    pub columns: usize,
}

impl Picture {
    /// `None` if there is nothing to see: no elements, or a single one.
    pub fn of<T: Scalar>(array: &Array<T>, view: View, limits: Limits) -> Option<Picture> {
        if array.size() < 2 {
            return None;
        }
        let mut notes = Vec::new();
        let (matrices, grey): (Vec<Array<T>>, bool) = match view {
            View::Images(height, width) => (images(array, height, width)?, true),
            View::Tiles if array.ndim() >= 3 => (tiles(array, &mut notes), false),
            _ => (vec![matrix(array, &mut notes)], false),
        };
        if matrices.len() > limits.tiles {
            notes.push(format!("the first {} of {}", limits.tiles, matrices.len()));
        }
        let shrunk: Vec<Shrunk> =
            matrices.iter().take(limits.tiles).map(|matrix| Shrunk::of(matrix, limits.side)).collect();
        if let Some(Shrunk { block: (rows, columns), .. }) = shrunk.first().filter(|s| s.block != (1, 1)) {
            notes.push(format!("a cell is the mean of {rows} × {columns}"));
        }
        let finite = || shrunk.iter().flat_map(|s| &s.cells).copied().filter(|x| x.is_finite());
        let (low, high) =
            finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        let palette = if grey { greys() } else { diverging() };
        let levels = f64::from(LEVELS);
        let tile = |s: &Shrunk| {
            let pixel = |&x: &f64| match () {
                _ if !x.is_finite() => BAD,
                _ if grey && high > low => (2.0 * levels * (x - low) / (high - low)).round() as u8,
                _ => {
                    let scale = low.abs().max(high.abs());
                    (levels + if scale > 0.0 { levels * x / scale } else { 0.0 }).round() as u8
                }
            };
            let pixels: Vec<u8> = s.cells.iter().map(pixel).collect();
            Tile {
                url: data_url(&pixels, s.columns, &palette),
                rows: s.cells.len() / s.columns,
                columns: s.columns,
            }
        };
        let note = (!notes.is_empty()).then(|| notes.join("; "));
        let tiles = shrunk.iter().map(tile).collect();
        Some(Picture { tiles, low, high, grey, note })
    }
}

/// (n, height·width) as n images.
fn images<T: Scalar>(array: &Array<T>, height: usize, width: usize) -> Option<Vec<Array<T>>> {
    let samples = array.size() / (height * width).max(1);
    let stack = array.try_reshape([samples, height, width]).ok()?;
    Some((0..samples).map(|sample| stack.slice(sample)).collect())
}

/// The matrices on the last two axes; of further axes but the last of them, the first entry.
fn tiles<T: Scalar>(array: &Array<T>, notes: &mut Vec<String>) -> Vec<Array<T>> {
    let mut stack = array.clone();
    while stack.ndim() > 3 {
        first(&mut stack, notes);
    }
    (0..stack.shape()[0]).map(|entry| stack.slice(entry)).collect()
}

/// The array as a matrix: of further axes, the first entry.
fn matrix<T: Scalar>(array: &Array<T>, notes: &mut Vec<String>) -> Array<T> {
    let mut matrix = array.clone();
    while matrix.ndim() > 2 {
        first(&mut matrix, notes);
    }
    if matrix.ndim() < 2 { matrix.reshape([1, -1]) } else { matrix }
}

fn first<T: Scalar>(array: &mut Array<T>, notes: &mut Vec<String>) {
    let count = array.shape()[0];
    if count > 1 && notes.is_empty() {
        notes.push(format!("the first of {count} samples"));
    }
    *array = array.slice(&[SliceItem::Index(0)][..]);
}

/// A matrix, averaged over blocks so that it fits.
struct Shrunk {
    cells: Vec<f64>,
    columns: usize,
    block: (usize, usize),
}

impl Shrunk {
    fn of<T: Scalar>(matrix: &Array<T>, side: usize) -> Shrunk {
        let (rows, columns) = (matrix.shape()[0], matrix.shape()[1]);
        // A vector may be twice as long as a side.
        let wide = if rows == 1 { 2 * side } else { side };
        let block = (rows.div_ceil(side), columns.div_ceil(wide));
        let (shown_rows, shown) = (rows.div_ceil(block.0), columns.div_ceil(block.1));
        let matrix = matrix.contiguous();
        let lines = matrix.as_slice().unwrap_or_default().chunks_exact(columns);
        let mut cells = vec![0.0; shown_rows * shown];
        for (row, line) in lines.enumerate() {
            let part = line.chunks(block.1).map(|part| part.iter().map(|x| x.to_f64()).sum::<f64>());
            let sums = &mut cells[row / block.0 * shown..][..shown];
            sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
        }
        // Blocks at the lower and right edges may be smaller.
        for (i, cell) in cells.iter_mut().enumerate() {
            let height = block.0.min(rows - i / shown * block.0);
            let width = block.1.min(columns - i % shown * block.1);
            *cell /= (height * width) as f64;
        }
        Shrunk { cells, columns: shown, block }
    }
}
