//! What the system says of its CPU.

use std::fs;
use std::path::Path;

use super::Cache;

/// What caches are taken to be where the system does not say.
const USUAL: [Cache; 3] = [
    Cache { level: 1, size: 32 << 10 },
    Cache { level: 2, size: 1 << 20 },
    Cache { level: 3, size: 32 << 20 },
];

/// The CPU's name, or its architecture where the system has no name for it.
pub(super) fn name() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = info.lines().find_map(|line| line.strip_prefix("model name"));
    let name = line.and_then(|line| line.split_once(':')).map(|(_, name)| name.trim());
    name.unwrap_or(std::env::consts::ARCH).to_string()
}

/// The data caches of the first core, nearest first.
pub(super) fn caches() -> Vec<Cache> {
    let directory = Path::new("/sys/devices/system/cpu/cpu0/cache");
    let mut caches: Vec<Cache> = (0..8).filter_map(|i| cache(&directory.join(format!("index{i}")))).collect();
    caches.sort_by_key(|cache| cache.level);
    if caches.is_empty() { USUAL.to_vec() } else { caches }
}

/// A data cache as Linux describes it; `None` for one of instructions.
fn cache(directory: &Path) -> Option<Cache> {
    let read = |name: &str| fs::read_to_string(directory.join(name)).ok();
    if read("type")?.trim() == "Instruction" {
        return None;
    }
    Some(Cache { level: read("level")?.trim().parse().ok()?, size: size(read("size")?.trim())? })
}

/// Bytes from a text such as `32K`.
fn size(text: &str) -> Option<usize> {
    let (number, unit) = match text.strip_suffix(['K', 'M', 'G']) {
        Some(number) => (number, text.as_bytes()[text.len() - 1]),
        None => (text, b'B'),
    };
    let shift = match unit {
        b'K' => 10,
        b'M' => 20,
        b'G' => 30,
        _ => 0,
    };
    number.parse::<usize>().ok()?.checked_mul(1 << shift).filter(|&size| size > 0)
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("32K"), Some(32 << 10));
        assert_eq!(size("2M"), Some(2 << 20));
        assert_eq!(size("512"), Some(512));
        for nonsense in ["", "K", "0K", "-1K", "99999999999999999999G", "9999999999999G"] {
            assert_eq!(size(nonsense), None, "{nonsense:?}");
        }
    }
}
