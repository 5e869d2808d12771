//! Data: what is dealt out, varied and put into windows is all there, and the same for the same seed.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use array_core::{Array, default_rng};
use nn::data::text::{Bytes, Characters, Tokenizer, Windows};
use nn::data::{
    Batch, Dataset, Samples, augment, batches, in_order, k_fold, prefetch, split, stratified_split,
};

/// Row `i` is [10·i, 10·i + 1], and its label i.
fn data(count: usize) -> Dataset {
    let inputs = Array::from_fn([count, 2], |index| (10 * index[0] + index[1]) as f32);
    Dataset::new(inputs, Array::arange(0, count as i64, 1))
}

fn all_of(positions: &[&Array<i64>]) -> BTreeSet<i64> {
    let all: Vec<i64> = positions.iter().flat_map(|part| part.to_vec()).collect();
    let set: BTreeSet<i64> = all.iter().copied().collect();
    assert_eq!(set.len(), all.len(), "nothing is there twice");
    set
}

#[test]
fn every_sample_comes_once_and_with_its_label() {
    let mut seen = Vec::new();
    for (inputs, labels) in batches(&data(11), 3, &mut default_rng(5)) {
        for (row, &label) in labels.iter().enumerate() {
            assert_eq!(inputs.slice(row).to_vec(), [10.0 * label as f32, 10.0 * label as f32 + 1.0]);
            seen.push(label);
        }
    }
    assert_ne!(seen, (0..11).collect::<Vec<_>>(), "shuffled");
    seen.sort_unstable();
    assert_eq!(seen, (0..11).collect::<Vec<_>>());
}

#[test]
fn batches_can_be_counted_cut_and_passed_over() {
    let data = data(11);
    let sizes =
        |batches: nn::data::Batches<Dataset>| -> Vec<usize> { batches.map(|b| b.samples()).collect() };
    assert_eq!(in_order(&data, 4).len(), 3);
    assert_eq!(sizes(in_order(&data, 4)), [4, 4, 3]);
    assert_eq!(sizes(in_order(&data, 4).drop_last()), [4, 4]);
    assert_eq!(in_order(&data, 4).drop_last().len(), 2);
    assert_eq!(sizes(in_order(&data, 12).drop_last()), [0usize; 0]);
    let labels = |n: usize| in_order(&data, 4).nth(n).map(|(_, labels)| labels.to_vec());
    assert_eq!(labels(1), Some(vec![4, 5, 6, 7]));
    assert_eq!(labels(2), Some(vec![8, 9, 10]));
    assert_eq!((labels(3), labels(usize::MAX)), (None, None));
    let pair = (Array::arange(0, 3, 1), Array::<f32>::zeros([2, 2]));
    assert!(catch_unwind(AssertUnwindSafe(|| pair.count())).is_err(), "they do not pair up");
}

#[test]
fn splits_deal_out_everything_once() {
    let (train, test) = split(10, 4, &mut default_rng(3));
    assert_eq!((train.size(), test.size()), (6, 4));
    assert_eq!(all_of(&[&train, &test]), (0..10).collect());
    assert_eq!(split(10, 4, &mut default_rng(3)).1, test, "the seed decides");

    let folds = k_fold(11, 3, &mut default_rng(3));
    let parts: Vec<&Array<i64>> = folds.iter().map(|(_, part)| part).collect();
    assert_eq!(parts.iter().map(|part| part.size()).collect::<Vec<_>>(), [4, 4, 3]);
    assert_eq!(all_of(&parts), (0..11).collect());
    for (others, part) in &folds {
        assert_eq!(all_of(&[others, part]), (0..11).collect());
    }
}

#[test]
fn a_stratified_split_keeps_the_proportions_of_classes() {
    // 40 of class 7, 20 of class 3, 5 of class 0.
    let labels: Array<i64> = (0..65)
        .map(|i| {
            if i < 40 {
                7
            } else if i < 60 {
                3
            } else {
                0
            }
        })
        .collect();
    let (train, test) = stratified_split(&labels, 0.2, &mut default_rng(1));
    assert_eq!(all_of(&[&train, &test]), (0..65).collect());
    let count = |part: &Array<i64>, class: i64| labels.take(part, 0).equal(class).sum();
    assert_eq!([7, 3, 0].map(|class| count(&test, class)), [8, 4, 1]);
    assert_eq!([7, 3, 0].map(|class| count(&train, class)), [32, 16, 4]);
    assert_ne!(test, stratified_split(&labels, 0.2, &mut default_rng(2)).1, "at random");
}

#[test]
fn a_shift_moves_each_image_as_a_whole() {
    // The one bright pixel of each image tells where it has gone.
    let mut images: Array<f32> = Array::zeros([300, 2, 5, 6]);
    images.slice_mut((.., .., 2, 3)).assign(Array::scalar(1.0));
    let shifted = augment::shift(&images, 1, &mut default_rng(0));
    let mut moves = BTreeSet::new();
    for sample in 0..300 {
        let place = |channel: usize| {
            let image = shifted.slice((sample, channel));
            assert_eq!(image.sum(), 1.0);
            image.argmax() as i64
        };
        assert_eq!(place(0), place(1), "both channels");
        moves.insert((place(0) / 6 - 2, place(0) % 6 - 3));
    }
    let nine: BTreeSet<(i64, i64)> = (-1..=1).flat_map(|y| (-1..=1).map(move |x| (y, x))).collect();
    assert_eq!(moves, nine);
    // What leaves at one edge does not come back at the other.
    let row = Array::from_vec([1.0f32, 0.0, 0.0], [1, 1, 3]);
    for seed in 0..20 {
        let shifted = augment::shift(&row, 5, &mut default_rng(seed)).to_vec();
        assert!(shifted.iter().sum::<f32>() <= 1.0 && shifted.len() == 3);
    }
    assert_eq!(augment::shift(&images, 0, &mut default_rng(0)), images);
}

#[test]
fn a_flip_mirrors_about_half_of_the_images() {
    let images = Array::from_fn([200, 1, 2, 3], |index| index[3] as f32);
    let flipped = augment::flip(&images, &mut default_rng(0));
    let mirrored = (0..200).filter(|&i| flipped[[i, 0, 0, 0]] == 2.0).count();
    assert!((70..130).contains(&mirrored), "{mirrored}");
    for i in 0..200 {
        let row = flipped.slice((i, 0, 1)).to_vec();
        assert!(row == [0.0, 1.0, 2.0] || row == [2.0, 1.0, 0.0]);
    }
}

#[test]
fn noise_has_its_standard_deviation() {
    let noisy = augment::noise(&Array::<f64>::full([100, 100], 3.0), 0.5, &mut default_rng(0));
    assert!((noisy.mean() - 3.0).abs() < 0.02 && (noisy.std(0) - 0.5).abs() < 0.02);
}

#[test]
fn tokenizers_go_there_and_back() {
    let text = "Zürich, 3 € – naïve\n";
    let characters = Characters::of(text);
    assert!(characters.characters().is_sorted());
    for tokenizer in [&characters as &dyn Tokenizer, &Bytes] {
        let tokens = tokenizer.encode(text).expect("its own text");
        assert!(tokens.iter().all(|&token| (0..tokenizer.vocabulary() as i64).contains(&token)));
        assert_eq!(tokenizer.decode(&tokens), text);
    }
    let error = characters.encode("Zürx").expect_err("no x").to_string();
    assert_eq!(error, "the character 'x' at byte 4 is none of the tokenizer's");
    assert_eq!(Bytes.decode(&Array::from_vec([0x41, 0xc3], 2)), "A\u{fffd}");
}

#[test]
fn windows_end_where_there_is_no_next_token() {
    let windows = |count: i64, length, stride| Windows::new(Array::arange(0, count, 1), length, stride);
    assert_eq!([4, 5, 6, 9].map(|count| windows(count, 4, 1).count()), [0, 1, 2, 5]);
    assert_eq!([5, 7, 8, 9].map(|count| windows(count, 4, 3).count()), [1, 1, 2, 2]);
    let (inputs, targets) = windows(9, 4, 3).at(&Array::from_vec([1], 1));
    assert_eq!((inputs.to_vec(), targets.to_vec()), (vec![3, 4, 5, 6], vec![4, 5, 6, 7]));
}

#[test]
fn batches_made_ahead_are_the_same_bit_for_bit() {
    let images = (Array::from_fn([50, 1, 8, 8], |index| index[0] as f32), Array::<i64>::arange(0, 50, 1));
    let epoch = |ahead: Option<usize>| {
        let mut rng = default_rng(9);
        let shuffled = batches(&images, 7, &mut rng);
        let mut own = rng.spawn();
        let varied = shuffled.map(move |(x, y)| {
            let x = augment::noise(&augment::shift(&x, 2, &mut own), 0.1, &mut own);
            (x.map(f32::to_bits).to_vec(), y.to_vec())
        });
        match ahead {
            Some(depth) => prefetch(depth, varied).collect::<Vec<_>>(),
            None => varied.collect(),
        }
    };
    for depth in [0, 1, 3, 100] {
        assert!(epoch(Some(depth)) == epoch(None), "{depth}");
    }
    assert_eq!(prefetch(2, in_order(&images, 7)).size_hint(), (8, Some(8)));
}

#[test]
fn a_prefetching_thread_ends_with_its_iterator_and_hands_panics_over() {
    // It waits to hand over its second number when it is dropped.
    drop(prefetch(0, 0..1_000_000_000u64));
    let mut failing = prefetch(1, (0..10).map(|i| if i < 3 { i } else { panic!("number {i}") }));
    assert_eq!(failing.by_ref().take(3).collect::<Vec<_>>(), [0, 1, 2]);
    let panic = catch_unwind(AssertUnwindSafe(|| failing.next())).expect_err("the iterator's panic");
    assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some("number 3"));
    assert_eq!(failing.next(), None);
}
