//! Model checking of gate and machine: every interleaving of a few threads, up to a bound on preemptions.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release --test model`. Without that flag this file is empty.
#![cfg(loom)]

mod fake;

use std::sync::Arc;

use fake::{Answer, Habits, Number, key, recipe};
use framegate::bell::{Interest, Wake};
use framegate::error::Kind;
use framegate::machine::{Event, Flow, Session, Timeout, Wait, WaitSet};
use framegate::sync::lock;
use loom::sync::{Condvar, Mutex};
use loom::thread;

type Handle = Session<Number, Answer>;

fn model(body: impl Fn() + Sync + Send + 'static) {
    // Thousands of interleavings of an intended panic would be thousands of messages.
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.to_string();
        if !text.contains("the fake panics") {
            eprintln!("{text}");
        }
    }));
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.max_branches = 50_000;
    builder.check(body);
}

fn session(slots: u32, habits: Habits) -> Handle {
    Session::new(slots, None, recipe(habits)).unwrap()
}

fn plain() -> Habits {
    Habits { parts: 1, ..Habits::default() }
}

/// Nothing is lost once the host has let go of everything and the worker is done.
fn assert_empty(session: &Handle) {
    let counts = session.stats().counts;
    assert_eq!((counts.queued, counts.ready, counts.held, counts.bytes), (0, 0, 0, 0));
}

/// One thread drives everything: it waits for whichever comes first and never waits for itself.
fn one_thread(slots: u32, habits: Habits, inputs: u32) -> Vec<Answer> {
    let session = session(slots, habits);
    let (mut sent, mut flush, mut answers) = (0, None, Vec::new());
    loop {
        if sent == inputs && flush.is_none() {
            flush = Some(session.flush().unwrap());
        }
        let want = if sent < inputs { Interest::BOTH } else { Interest::POLL };
        let Flow::Done(ready) = session.wait(want, Timeout::Forever).unwrap() else { unreachable!() };
        if ready.meets(Interest::ENQUEUE) {
            match session.enqueue(key(sent), Timeout::Try).unwrap() {
                Flow::Done(()) => sent += 1,
                // A second output of one input may have taken the slot since; nobody else does.
                Flow::Wait(wait) => assert!(habits.parts > 1, "{wait:?}"),
            }
        }
        if ready.meets(Interest::POLL) {
            match session.poll(Timeout::Try).unwrap() {
                Flow::Done(Event::Output(answer, _permit)) => answers.push(answer),
                Flow::Done(Event::Flushed(id)) => break assert_eq!(Some(id), flush),
                _ => panic!("poll was ready"),
            }
        }
    }
    assert_empty(&session);
    assert!(session.stats().counts.in_codec_peak as usize <= habits.delay.max(1));
    answers
}

fn all(inputs: u32) -> Vec<Answer> {
    (0..inputs).map(|value| Answer { value, part: 0 }).collect()
}

#[test]
fn one_thread_with_a_plain_codec() {
    model(|| assert_eq!(one_thread(1, plain(), 2), all(2)));
}

#[test]
fn one_thread_with_a_codec_that_delays_longer_than_the_gate_is_wide() {
    model(|| assert_eq!(one_thread(1, Habits { delay: 2, ..plain() }, 3), all(3)));
}

#[test]
fn one_thread_with_a_codec_that_drops() {
    model(|| assert_eq!(one_thread(1, Habits { drops_every: 2, ..plain() }, 3).len(), 2));
}

#[test]
fn one_thread_with_several_outputs_an_input() {
    model(|| assert_eq!(one_thread(1, Habits { parts: 2, ..plain() }, 2).len(), 4));
}

/// Sound: an input has a slot for each of its outputs, or is let in alone.
#[test]
fn one_thread_with_inputs_of_several_slots() {
    for slots in [1, 3] {
        let habits = Habits { parts: 2, slots: 2, ..plain() };
        model(move || assert_eq!(one_thread(slots, habits, 2).len(), 4));
    }
}

#[test]
fn producer_and_consumer() {
    model(|| {
        let session = Arc::new(session(1, Habits { delay: 1, ..plain() }));
        let producer = {
            let session = Arc::clone(&session);
            thread::spawn(move || {
                for value in 0..2 {
                    assert_eq!(session.enqueue(key(value), Timeout::Forever), Ok(Flow::Done(())));
                }
                session.flush().unwrap();
            })
        };
        let mut answers = Vec::new();
        while let Flow::Done(Event::Output(answer, _permit)) = session.poll(Timeout::Forever).unwrap() {
            answers.push(answer);
        }
        assert_eq!(answers, all(2));
        producer.join().unwrap();
        assert_empty(&session);
    });
}

#[test]
fn close_wakes_a_blocked_poll_and_enqueue() {
    model(|| {
        let session = Arc::new(session(1, plain()));
        let closer = {
            let session = Arc::clone(&session);
            thread::spawn(move || session.close())
        };
        // Enqueues until the gate is full (nobody polls, so it may wait) or until it is closed.
        let closed = loop {
            match session.enqueue(key(0), Timeout::Forever) {
                Ok(Flow::Done(())) => (),
                Ok(Flow::Wait(wait)) => panic!("a wait without end said {wait:?}"),
                Err(error) => break error.kind,
            }
        };
        assert_eq!(closed, Kind::Closed);
        let Err(error) = session.poll(Timeout::Forever) else { panic!("closed") };
        assert_eq!(error.kind, Kind::Closed);
        closer.join().unwrap();
        drop(session);
    });
}

#[test]
fn a_failure_comes_after_what_was_ready_and_ends_every_wait() {
    for habits in [Habits { fails_at: Some(1), ..plain() }, Habits { panics_at: Some(1), ..plain() }] {
        model(move || {
            let session = session(2, habits);
            assert_eq!(session.enqueue(key(7), Timeout::Try), Ok(Flow::Done(())));
            assert_eq!(session.enqueue(key(8), Timeout::Try), Ok(Flow::Done(())));
            let Ok(Flow::Done(Event::Output(answer, permit))) = session.poll(Timeout::Forever) else {
                panic!()
            };
            assert_eq!(answer.value, 7);
            let Ok(Flow::Done(Event::Failed(failure))) = session.poll(Timeout::Forever) else { panic!() };
            assert_eq!(failure.timestamp_us, Some(8));
            let kind = if habits.fails_at.is_some() { Kind::Encoding } else { Kind::Internal };
            assert_eq!(session.enqueue(key(9), Timeout::Forever).unwrap_err().kind, kind);
            assert_eq!(session.stats().counts.held, 1);
            drop(session);
            drop(permit);
        });
    }
}

#[test]
fn reset_drops_what_is_queued_and_a_new_configuration_begins_anew() {
    model(|| {
        let session = session(2, Habits { delay: 1, ..plain() });
        session.enqueue(key(1), Timeout::Try).unwrap();
        session.enqueue(key(2), Timeout::Try).unwrap();
        session.reset().unwrap();
        assert_eq!(session.enqueue(key(3), Timeout::Try).unwrap_err().kind, Kind::InvalidState);
        session.configure(recipe(plain())).unwrap();
        // The worker may still hold the permit of the input that it was at: one slot is free in any case.
        assert_eq!(session.enqueue(key(4), Timeout::Try), Ok(Flow::Done(())));
        session.flush().unwrap();
        let Ok(Flow::Done(Event::Output(answer, permit))) = session.poll(Timeout::Forever) else { panic!() };
        assert_eq!(answer.value, 4, "nothing from before the reset");
        drop(permit);
        assert!(matches!(session.poll(Timeout::Forever), Ok(Flow::Done(Event::Flushed(1)))));
        assert_empty(&session);
    });
}

/// The fake asserts that each input has the form of the recipe that its codec is of.
#[test]
fn an_input_is_taken_by_the_configuration_that_it_comes_under() {
    model(|| {
        let session = Arc::new(session(1, plain()));
        let other = Arc::clone(&session);
        let thread = thread::spawn(move || other.configure(recipe(Habits { form: 1, ..plain() })).unwrap());
        assert_eq!(session.enqueue(key(1), Timeout::Try), Ok(Flow::Done(())));
        thread.join().unwrap();
        let Ok(Flow::Done(Event::Output(answer, permit))) = session.poll(Timeout::Forever) else { panic!() };
        assert_eq!(answer.value, 1);
        drop(permit);
        assert_empty(&session);
    });
}

#[test]
fn a_lone_thread_is_told_instead_of_waiting_for_ever() {
    model(|| {
        let session = session(1, plain());
        assert_eq!(session.enqueue(key(0), Timeout::Forever), Ok(Flow::Done(())));
        let Ok(Flow::Done(Event::Output(_, permit))) = session.poll(Timeout::Forever) else { panic!() };
        assert_eq!(session.enqueue(key(1), Timeout::Forever).unwrap_err().kind, Kind::WouldDeadlock);
        assert_eq!(session.wait(Interest::BOTH, Timeout::Forever).unwrap_err().kind, Kind::WouldDeadlock);
        drop(permit);
        let Err(error) = session.poll(Timeout::Forever) else { panic!() };
        assert_eq!(error.kind, Kind::WouldDeadlock);
        assert_eq!(session.enqueue(key(1), Timeout::Forever), Ok(Flow::Done(())));
    });
}

/// A descriptor for a model: a count of unread bytes.
#[derive(Clone)]
struct Bytes(Arc<(Mutex<u32>, Condvar)>);

impl Wake for Bytes {
    fn wake(&mut self) -> bool {
        *self.0.0.lock().unwrap() += 1;
        self.0.1.notify_one();
        true
    }
}

impl Bytes {
    /// Waits until there is something to read and reads it all: at most a byte for each call that armed.
    fn read(&self, armings: u32) {
        let mut bytes = self.0.0.lock().unwrap();
        while *bytes == 0 {
            bytes = self.0.1.wait(bytes).unwrap();
        }
        assert!(*bytes <= armings, "{} bytes for {armings} armings", *bytes);
        *bytes = 0;
    }
}

#[test]
fn an_event_loop_loses_no_wake() {
    model(|| {
        let session = session(1, Habits { delay: 1, ..plain() });
        let bytes = Bytes(Arc::new((Mutex::new(0), Condvar::new())));
        session.bell().add_wake(Box::new(bytes.clone()));
        let (mut sent, mut answers, mut flushed) = (0, Vec::new(), false);
        let mut armings = 0;
        while !flushed {
            let mut waits = 0;
            match session.poll(Timeout::Try).unwrap() {
                Flow::Done(Event::Output(answer, _permit)) => answers.push(answer),
                Flow::Done(Event::Flushed(_)) => flushed = true,
                Flow::Done(Event::Failed(failure)) => panic!("{failure:?}"),
                Flow::Wait(_) => waits += 1,
            }
            if sent < 2 {
                match session.enqueue(key(sent), Timeout::Try).unwrap() {
                    Flow::Done(()) => sent += 1,
                    Flow::Wait(Wait::Release) => panic!("everything was released"),
                    Flow::Wait(_) => waits += 1,
                }
            } else if sent == 2 {
                session.flush().unwrap();
                sent += 1;
            } else {
                waits += 1;
            }
            armings += waits;
            if waits == 2 {
                bytes.read(std::mem::take(&mut armings));
            }
        }
        assert_eq!(answers, all(2));
    });
}

#[test]
fn releases_race_with_the_end_of_the_handle() {
    model(|| {
        let session = session(2, plain());
        session.enqueue(key(0), Timeout::Try).unwrap();
        let Ok(Flow::Done(Event::Output(_, permit))) = session.poll(Timeout::Forever) else { panic!() };
        let releaser = thread::spawn(move || drop(permit));
        session.enqueue(key(1), Timeout::Try).unwrap();
        drop(session);
        releaser.join().unwrap();
    });
}

/// A host that hears of one session through a wait set only, and goes on until both calls say "not now".
fn through_a_wait_set(set: &WaitSet, session: &Handle, inputs: u32) -> Vec<Answer> {
    let (mut sent, mut answers, mut keys) = (0, Vec::new(), [0; 2]);
    loop {
        let Flow::Done(count) = set.wait(&mut keys, Timeout::Forever).unwrap() else { unreachable!() };
        assert_eq!((count, keys[0]), (1, 7), "each key comes up once");
        loop {
            let mut idle = true;
            if sent < inputs && session.enqueue(key(sent), Timeout::Try).unwrap() == Flow::Done(()) {
                (sent, idle) = (sent + 1, false);
                if sent == inputs {
                    session.flush().unwrap();
                }
            }
            match session.poll(Timeout::Try).unwrap() {
                Flow::Done(Event::Output(answer, _permit)) => (idle, _) = (false, answers.push(answer)),
                Flow::Done(_) => return answers,
                Flow::Wait(_) => (),
            }
            if idle {
                break;
            }
        }
    }
}

#[test]
fn a_wait_set_loses_no_key() {
    for delay in [0, 1] {
        model(move || {
            let set = WaitSet::new();
            let session = session(1, Habits { delay, ..plain() });
            session.join(Some((&set, 7)));
            assert_eq!(through_a_wait_set(&set, &session, 2), all(2));
            assert_empty(&session);
        });
    }
}

#[test]
fn a_closed_sessions_key_comes_up_when_its_thread_has_ended() {
    for inputs in [0, 1] {
        model(move || {
            let set = WaitSet::new();
            let session = session(1, plain());
            session.join(Some((&set, 7)));
            set.wait(&mut [0], Timeout::Try).unwrap();
            for value in 0..inputs {
                session.enqueue(key(value), Timeout::Try).unwrap();
            }
            session.close();
            let mut keys = [0];
            assert_eq!(set.wait(&mut keys, Timeout::Forever), Ok(Flow::Done(1)));
            assert_eq!(keys, [7]);
            session.close();
            assert!(matches!(set.wait(&mut keys, Timeout::Try), Ok(Flow::Wait(_))), "once");
        });
    }
}

#[test]
fn a_failed_sessions_key_comes_up_when_it_is_closed() {
    model(|| {
        let set = WaitSet::new();
        let session = session(1, Habits { fails_at: Some(0), ..plain() });
        session.enqueue(key(0), Timeout::Try).unwrap();
        assert!(matches!(session.poll(Timeout::Forever), Ok(Flow::Done(Event::Failed(_)))));
        session.join(Some((&set, 7)));
        set.wait(&mut [0], Timeout::Try).unwrap();
        session.close(); // beside the worker, which may have ended or not
        assert_eq!(set.wait(&mut [0], Timeout::Forever), Ok(Flow::Done(1)));
        assert!(matches!(set.wait(&mut [0], Timeout::Try), Ok(Flow::Wait(_))), "once");
    });
}

#[test]
fn a_wait_set_ends_while_its_sessions_ring() {
    model(|| {
        let set = WaitSet::new();
        let session = session(1, plain());
        session.join(Some((&set, 7)));
        assert!(matches!(session.poll(Timeout::Try), Ok(Flow::Wait(_))));
        session.enqueue(key(0), Timeout::Try).unwrap();
        let ender = thread::spawn(move || drop(set));
        drop(session);
        ender.join().unwrap();
    });
}

/// W3C's dequeue: a host that fills the queue up to one input hears each time that the codec takes it, also when that
/// gives neither an output nor (the gate was not full) a slot.
#[test]
fn a_watcher_of_the_queue_hears_of_every_input_taken() {
    model(|| {
        let set = WaitSet::new();
        let session = session(4, Habits { delay: 4, ..plain() });
        session.join(Some((&set, 7)));
        for value in 0..2 {
            assert_eq!(session.enqueue(key(value), Timeout::Try), Ok(Flow::Done(())));
            while let Flow::Wait(_) = session.wait(Interest::DEQUEUE, Timeout::Try).unwrap() {
                set.wait(&mut [0], Timeout::Forever).unwrap();
            }
            assert_eq!(session.stats().waiting, 0);
        }
    });
}

/// The mutex lets one thread in at a time (loom sees a race on the cell otherwise), and nobody sleeps for ever.
#[test]
fn the_mutex_excludes_and_wakes() {
    model(|| {
        let count = Arc::new(lock::Mutex::new(loom::cell::UnsafeCell::new(0)));
        let add = |count: &lock::Mutex<loom::cell::UnsafeCell<u32>>| {
            let guard = count.lock();
            // SAFETY: the guard excludes others, which is what loom checks.
            guard.with_mut(|count| unsafe { *count += 1 });
        };
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let count = Arc::clone(&count);
                thread::spawn(move || add(&count))
            })
            .collect();
        add(&count);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        // SAFETY: the threads have ended.
        assert_eq!(count.lock().with(|count| unsafe { *count }), 3);
    });
}

/// A notification after a change under the mutex is not lost, whether the waiter looks before or after it.
#[test]
fn the_condition_variable_loses_no_notification() {
    model(|| {
        let place = Arc::new((lock::Mutex::new(false), lock::Condvar::default()));
        let other = Arc::clone(&place);
        let teller = thread::spawn(move || {
            *other.0.lock() = true;
            other.1.notify_all();
        });
        let mut ready = place.0.lock();
        while !*ready {
            place.1.wait(&mut ready, None);
        }
        drop(ready);
        teller.join().unwrap();
    });
}
