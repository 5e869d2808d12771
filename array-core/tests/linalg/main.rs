//! Linear algebra: factorisations of many matrices checked by LAPACK's test ratios, values against LAPACK's.

mod errors;
mod matrices;
mod ratios;
mod reference;
mod threads;
