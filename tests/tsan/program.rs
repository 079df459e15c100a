//! Gate and machine under ThreadSanitizer: a plain program (libtest has false reports of its own), in which
//! threads do to one handle after another whatever hosts do. scripts/check-tsan.sh builds and runs it.

#[path = "../fake/mod.rs"]
mod fake;

use std::thread;
use std::time::Duration;

use fake::{Answer, Habits, Number, key, recipe};
use framegate::bell::{Interest, Wake};
use framegate::gate::Permit;
use framegate::machine::{Event, Flow, Session, Timeout, WaitSet};
use framegate::sync::Mutex; // std's is not instrumented

type Handle = Session<Number, Answer>;

const ROUNDS: u32 = 60;
const INPUTS: u32 = 300;

/// Takes a wake like a descriptor does.
struct Counter(std::sync::Arc<std::sync::atomic::AtomicU32>);

impl Wake for Counter {
    fn wake(&mut self) -> bool {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        true
    }
}

fn main() {
    let mut outputs = 0;
    for round in 0..ROUNDS {
        let habits = Habits {
            delay: (round % 4) as usize,
            drops_every: if round % 5 == 0 { 7 } else { 0 },
            parts: 1 + round % 3,
            fails_at: (round % 6 == 5).then_some(200),
            ..Habits::default()
        };
        outputs += one_handle(Session::new(1 + round % 5, None, recipe(habits)).unwrap(), habits, round);
    }
    assert!(outputs > u64::from(ROUNDS * INPUTS / 4), "only {outputs} outputs");
    println!("{ROUNDS} handles, {outputs} outputs");
}

/// Two producers, two consumers that hand outputs to a releaser, a watcher, and at times a reset and a close.
fn one_handle(session: Handle, habits: Habits, round: u32) -> u64 {
    let wakes = std::sync::Arc::default();
    session.bell().add_wake(Box::new(Counter(std::sync::Arc::clone(&wakes))));
    let held = Mutex::new(Vec::<Permit>::new());
    let set = WaitSet::new();
    session.join(Some((&set, 1)));
    let session = &session;
    thread::scope(|scope| {
        let producers: Vec<_> = (0..2).map(|_| scope.spawn(move || produce(session))).collect();
        let consumers: Vec<_> = (0..2).map(|_| scope.spawn(|| consume(session, &held))).collect();
        let set = &set;
        let watcher = scope.spawn(move || {
            // Arms both calls and the queue, and joins anew now and then.
            while session.wait(Interest::DEQUEUE, Timeout::Try).is_ok() && session.poll(Timeout::Try).is_ok() {
                let _ = set.wait(&mut [0; 2], Timeout::For(Duration::from_micros(200)));
                if round % 4 == 0 {
                    session.join(Some((set, 2)));
                }
            }
        });
        let held = &held;
        let releaser = scope.spawn(move || {
            while session.wait(Interest::BOTH, Timeout::For(Duration::from_micros(200))).is_ok() {
                let permits = std::mem::take(&mut *held.lock());
                drop(permits);
                let counts = session.stats().counts;
                assert!(counts.in_codec_peak as usize <= habits.delay);
            }
        });
        if round % 3 == 1 {
            let _ = session.reset();
            let _ = session.configure(recipe(habits));
        }
        for producer in producers {
            producer.join().unwrap();
        }
        let _ = session.flush();
        thread::sleep(Duration::from_millis(1));
        session.close();
        for thread in consumers.into_iter().chain([releaser, watcher]) {
            thread.join().unwrap();
        }
    });
    session.stats().outputs
}

fn produce(session: &Handle) {
    for value in 0..INPUTS {
        match session.enqueue(key(value), Timeout::For(Duration::from_millis(50))) {
            Ok(_) => (),
            Err(_) => thread::yield_now(), // reset, or failed
        }
    }
}

fn consume(session: &Handle, held: &Mutex<Vec<Permit>>) {
    loop {
        match session.poll(Timeout::For(Duration::from_millis(50))) {
            Ok(Flow::Done(Event::Output(_, permit))) => held.lock().push(permit),
            Ok(Flow::Done(Event::Failed(_))) | Err(_) => return,
            Ok(_) => (),
        }
    }
}
