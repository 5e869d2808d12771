//! Batches made ahead of time.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

/// Runs an iterator on a thread of its own, up to `depth` items ahead of the one that is being used.
///
/// The items and their order are the iterator's: a generator that it draws from has to be its own. A panic in it comes
/// out of [`next`](Iterator::next) here. Whether it pays depends on what there is to do per batch: handing one over costs
/// some microseconds, and both threads compete for the processor.
pub fn prefetch<I>(depth: usize, items: I) -> Prefetch<I::Item>
where
    I: IntoIterator<IntoIter: Send + 'static, Item: Send + 'static>,
{
    let items = items.into_iter();
    let hint = items.size_hint();
    let (sender, receiver) = sync_channel(depth);
    let thread = thread::spawn(move || {
        for item in items {
            if sender.send(item).is_err() {
                // Nobody wants more.
                return;
            }
        }
    });
    Prefetch { receiver: Some(receiver), thread: Some(thread), hint }
}

/// The items of an iterator that runs ahead on another thread; made by [`prefetch`].
#[derive(Debug)]
pub struct Prefetch<B> {
    /// `None` when dropped, so that the thread stops waiting to hand over an item.
    receiver: Option<Receiver<B>>,
    /// `None` when it has ended.
    thread: Option<JoinHandle<()>>,
    hint: (usize, Option<usize>),
}

impl<B> Iterator for Prefetch<B> {
    type Item = B;

    fn next(&mut self) -> Option<B> {
        let item = self.receiver.as_ref().and_then(|receiver| receiver.recv().ok());
        match item {
            Some(_) => {
                self.hint = (self.hint.0.saturating_sub(1), self.hint.1.map(|most| most.saturating_sub(1)))
            }
            None => {
                let ended = self.thread.take().map_or(Ok(()), JoinHandle::join);
                ended.unwrap_or_else(|panic| resume_unwind(panic));
            }
        }
        item
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.hint
    }
}

impl<B> Drop for Prefetch<B> {
    fn drop(&mut self) {
        self.receiver = None;
        if let Some(thread) = self.thread.take() {
            // A panic that nobody has asked for an item to see is dropped with the items.
            let _ = thread.join();
        }
    }
}
