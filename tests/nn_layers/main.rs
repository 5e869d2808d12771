//! Every layer against PyTorch, in several settings: outputs, all gradients, and statistics, to 1e-10 in f64 and 1e-5 in
//! f32 (`tests/reference/nn_layers.py`, `nn_convolutions.py`, `nn_sequences.py`).

mod basic;
mod cases;
mod convolutions;
mod sequences;
