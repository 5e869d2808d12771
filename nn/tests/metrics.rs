//! Metrics and histories, beside values worked out by hand.

use array_core::{Array, default_rng};
use nn::data::in_order;
use nn::train::metrics::{
    ConfusionMatrix, accuracy, mean_absolute_error, perplexity, r2_score, top_k_accuracy,
};
use nn::train::{Epoch, Figures, History, Measured, Monitor, Movement, Plan, Trainer, plot_history};
use nn::{Dense, Sgd};

#[test]
fn scores_are_ranked_as_argmax_ranks_them() {
    let scores = Array::from_vec([0.3f32, 0.1, 0.6, 0.2, 0.2, 0.2, f32::NAN, 5.0, 1.0], [3, 3]);
    let labels = Array::from_vec([0, 1, 1], 3);
    assert_eq!(accuracy(&scores, &labels), 0.0);
    // 0.3 is second; of equal scores, label 1 is second; after a NaN, which is greatest, 5 is second.
    assert_eq!([1, 2, 3].map(|k| top_k_accuracy(&scores, &labels, k)), [0.0, 1.0, 1.0]);
    for label in 0..3 {
        let labels = Array::full(3, label);
        assert_eq!(top_k_accuracy(&scores, &labels, 1), accuracy(&scores, &labels));
    }
}

#[test]
fn a_confusion_matrix_counts_and_its_figures_follow() {
    let labels = Array::from_vec([0, 0, 0, 1, 1, 2, 2, 2, 2, 2], 10);
    let predictions = Array::from_vec([0, 0, 1, 1, 2, 2, 2, 2, 0, 0], 10);
    let confusion = ConfusionMatrix::new(4, &labels, &predictions);
    let counts = [2, 1, 0, 0, 0, 1, 1, 0, 2, 0, 3, 0, 0, 0, 0, 0];
    assert_eq!(confusion.counts().to_vec(), counts);
    assert_eq!((confusion.correct(), confusion.accuracy()), (6, 0.6));
    assert_eq!(confusion.precision().to_vec(), [0.5, 0.5, 0.75, 0.0]);
    assert_eq!(confusion.recall().to_vec(), [2.0 / 3.0, 0.5, 0.6, 0.0]);
    // 2·right / (predicted + occurred): 4/7, 2/4, 6/9; the class that is nowhere has 0.
    assert_eq!(confusion.f1().to_vec(), [4.0 / 7.0, 0.5, 6.0 / 9.0, 0.0]);
}

#[test]
fn regressions_are_measured_against_the_mean() {
    let targets = Array::from_vec([1.0f32, 2.0, 3.0, 6.0], 4);
    let predictions = Array::from_vec([1.0f32, 3.0, 3.0, 4.0], 4);
    assert_eq!(mean_absolute_error(&predictions, &targets), 0.75);
    // ȳ = 3: 1 − (1 + 4)/(4 + 1 + 0 + 9)
    assert!((r2_score(&predictions, &targets) - (1.0 - 5.0 / 14.0)).abs() < 1e-15);
    assert_eq!(r2_score(&Array::full(4, 3.0f32), &targets), 0.0);
    let flat = Array::full(3, 2.0f32);
    assert_eq!((r2_score(&flat, &flat), r2_score(&Array::zeros(3), &flat)), (1.0, 0.0));
    assert!((perplexity(65f64.ln()) - 65.0).abs() < 1e-12);
}

fn history() -> History {
    let figures =
        |loss: f64, accuracy| Figures::from([("loss".to_string(), loss), ("accuracy".to_string(), accuracy)]);
    let losses = [f64::NAN, 0.5, 0.25, 0.25, 0.75];
    let epochs = losses.iter().enumerate().map(|(at, &loss)| Epoch {
        epoch: at as u64 + 1,
        steps: 10 * (at as u64 + 1),
        learning_rate: 0.5,
        training: figures(1.0, 0.5),
        validation: figures(loss, 0.125 * at as f64),
        parameters: [("w".to_string(), Movement { gradient_norm: 2.0, update_ratio: f64::INFINITY })].into(),
    });
    History { epochs: epochs.collect(), ..History::default() }
}

#[test]
fn the_best_epoch_is_the_first_of_the_best() {
    let best = |monitor| history().best(&monitor).map(|epoch| epoch.epoch);
    assert_eq!(best(Monitor::least("loss")), Some(3));
    assert_eq!(best(Monitor::greatest("loss")), Some(5));
    assert_eq!(best(Monitor::greatest("accuracy")), Some(5));
    assert_eq!(best(Monitor::least("perplexity")), None);
}

#[test]
fn a_history_is_written_as_json_table_and_picture() {
    let file = |name: &str| std::env::temp_dir().join(format!("nn-history-{}-{name}", std::process::id()));
    let read = |name: &str| {
        let text = std::fs::read_to_string(file(name)).expect("written");
        std::fs::remove_file(file(name)).expect("removed");
        text
    };
    let mut history = history();
    history.epochs[1].validation.remove("accuracy");
    history.save_csv(file("csv")).expect("written");
    let table = read("csv");
    let mut lines = table.lines();
    let head =
        "epoch,steps,learning_rate,training_loss,validation_loss,training_accuracy,validation_accuracy";
    assert_eq!(lines.next(), Some(head));
    assert_eq!(lines.next(), Some("1,10,0.5,1,NaN,0.5,0"));
    assert_eq!(lines.next(), Some("2,20,0.5,1,0.5,0.5,"));
    assert_eq!(lines.count(), 3);

    history.save_json(file("json")).expect("written");
    let json = read("json");
    assert!(json.contains(r#""gradient_norm": 2.0"#) && json.contains(r#""loss": null"#), "{json}");
    let back: History = serde_json::from_str(&json).expect("its own JSON");
    assert!(back.epochs[0].validation["loss"].is_nan());
    assert!(back.epochs[0].parameters["w"].update_ratio.is_nan(), "JSON has no infinity");
    assert_eq!(back.epochs[2].validation, history.epochs[2].validation);

    plot_history(&history, file("svg")).expect("drawn");
    let svg = read("svg");
    assert!(svg.starts_with("<svg") && svg.contains("accuracy") && svg.contains("validation"));
    plot_history(&History::default(), file("svg")).expect("an empty picture");
    assert!(read("svg").starts_with("<svg"));
}

#[test]
fn a_report_is_made_from_the_history_file_alone() {
    let data = (Array::<f32>::ones([8, 2]), Array::<f32>::zeros([8, 1]));
    let model: Dense = Dense::new(2, 1, &mut default_rng(0));
    let plan = Plan { epochs: 3, quiet: true, ..Plan::default() };
    let mut trainer = Trainer::new(model, Sgd::new(0.05), default_rng(0), plan);
    trainer
        .fit(
            |_| in_order(&data, 4),
            || in_order(&data, 4),
            |tape, model, (x, y)| {
                let error = tape.constant(x).apply("", model) - tape.constant(y);
                Measured::new(error.square().mean()).with("accuracy", 0.5)
            },
        )
        .expect("three epochs");
    let name = |kind: &str| std::env::temp_dir().join(format!("nn-report-{}.{kind}", std::process::id()));
    let [json, page] = ["json", "html"].map(name);
    trainer.history.save_json(&json).expect("written");
    let history = History::load_json(&json).expect("read");
    assert_eq!(history, trainer.history);
    // Every element of a parameter is in its histogram.
    let of_weight = &history.weights["weight"];
    let weight = trainer.model.weight.value();
    assert_eq!((of_weight.low, of_weight.high), (f64::from(weight.min()), f64::from(weight.max())));
    assert_eq!(of_weight.counts.iter().sum::<u64>(), 2);

    history.write_html(&page).expect("written");
    let html = std::fs::read_to_string(&page).expect("read");
    for chart in ["loss", "accuracy", "learning rate"] {
        assert!(html.contains(&format!("<h3>{chart}")), "{chart}");
    }
    for section in ["Gradient norms", "Update to weight", "Weights"] {
        let rest = html.split(&format!("<h2>{section}</h2>")).nth(1).expect(section);
        for parameter in ["weight", "bias"] {
            assert!(rest.contains(&format!("<th scope=\"row\">{parameter}</th>")), "{section}: {parameter}");
        }
    }
    assert!(!html.contains("http://") && !html.contains("https://"));
    [json, page].iter().for_each(|file| std::fs::remove_file(file).expect("removed"));
}
