//! Gate and machine with a codec of numbers: random calls from several threads, and the rules one by one.
#![cfg(not(loom))]

mod fake;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake::{Answer, Habits, Number, key, recipe};
use framegate::bell::Interest;
use framegate::error::Kind;
use framegate::gate::Permit;
use framegate::machine::{Event, Flow, Session, Timeout, Wait};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

type Handle = Session<Number, Answer>;

/// One call of a host's.
#[derive(Clone, Copy, Debug)]
enum Call {
    Enqueue(Timeout),
    Poll(Timeout),
    Wait(Interest),
    /// Of the output that was polled so many before the last.
    Release(usize),
    Flush,
    Reset,
    Configure,
}

/// What the threads of one case share.
struct Host {
    session: Handle,
    slots: u32,
    habits: Habits,
    /// What was enqueued; its lock is held while a thread enqueues, so that the order is known.
    sent: Mutex<Vec<u32>>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    answers: Vec<Answer>,
    flushes: Vec<u64>,
    held: Vec<Permit>,
}

impl Host {
    fn new(slots: u32, max_bytes: Option<u64>, habits: Habits) -> Self {
        let session = Session::new(slots, max_bytes, recipe(habits)).unwrap();
        Self { session, slots, habits, sent: Mutex::default(), seen: Mutex::default() }
    }

    /// Makes a call; what a call may answer depends on the others' calls, so that only the impossible fails.
    fn make(&self, call: Call) {
        let refused = match call {
            Call::Enqueue(timeout) => self.enqueue(timeout).err(),
            Call::Poll(timeout) => self.poll(timeout).err(),
            Call::Wait(want) => self.session.wait(want, Timeout::For(Duration::from_micros(300))).err(),
            Call::Release(back) => {
                let mut seen = self.seen.lock().unwrap();
                let index = seen.held.len().checked_sub(1 + back);
                let permit = index.map(|index| seen.held.remove(index));
                drop(seen);
                drop(permit);
                None
            }
            Call::Flush => self.session.flush().err(),
            Call::Reset => self.session.reset().err(),
            Call::Configure => self.session.configure(recipe(self.habits)).err(),
        };
        if let Some(error) = refused {
            assert_eq!(error.kind, Kind::InvalidState, "{call:?}: {}", error.text);
        }
        self.check();
    }

    fn enqueue(&self, timeout: Timeout) -> framegate::error::Result<()> {
        let mut sent = self.sent.lock().unwrap();
        let value = sent.len() as u32;
        if self.session.enqueue(key(value), timeout)? == Flow::Done(()) {
            sent.push(value);
        }
        Ok(())
    }

    fn poll(&self, timeout: Timeout) -> framegate::error::Result<()> {
        let mut seen = self.seen.lock().unwrap();
        match self.session.poll(timeout)? {
            Flow::Done(Event::Output(answer, permit)) => {
                seen.answers.push(answer);
                seen.held.push(permit);
            }
            Flow::Done(Event::Flushed(id)) => seen.flushes.push(id),
            Flow::Done(Event::Failed(failure)) => panic!("{failure:?}"),
            Flow::Wait(_) => (),
        }
        Ok(())
    }

    /// What holds at any moment.
    fn check(&self) {
        let stats = self.session.stats();
        let counts = stats.counts;
        // An input weighs 100 and an output 10; one that the codec is at has its bytes until the last of its slots has gone.
        let (parts, weight) = (self.habits.parts.max(1), self.habits.slots.max(1));
        let outputs = u64::from(counts.ready + counts.held) * 10;
        let queued = u64::from(counts.queued.div_ceil(weight)) * 100;
        assert_eq!(counts.bytes, queued + outputs, "{counts:?}");
        let (slots, delay) = (self.slots, self.habits.delay as u32);
        let most = match weight >= parts {
            true => slots.max(weight) + delay * parts,
            // The host may release an input's first output and fill its slot before the others have come.
            false => (slots.max(weight) + delay) * parts + parts - 1,
        };
        assert!(counts.in_flight() + counts.in_codec <= most, "{counts:?} exceed {most}");
        assert!(counts.in_flight() <= counts.in_flight_peak && counts.in_flight_peak <= most, "{counts:?}");
        assert!(counts.in_codec_peak as usize <= self.habits.delay, "{counts:?}");
        assert!(counts.releases <= stats.outputs, "{stats:?}");
        assert_eq!(stats.outputs - counts.releases, u64::from(counts.held), "{stats:?}");
    }

    /// Takes everything out, and compares it with what was sent if nothing was dropped on the way.
    fn finish(self, dropped: bool) {
        let _ = self.session.configure(recipe(self.habits));
        let last = self.session.flush().unwrap();
        while self.seen.lock().unwrap().flushes.last() != Some(&last) {
            self.poll(Timeout::Forever).unwrap();
            self.seen.lock().unwrap().held.clear();
        }
        let Seen { answers, flushes, .. } = self.seen.into_inner().unwrap();
        let counts = self.session.stats().counts;
        assert_eq!((counts.in_flight(), counts.in_codec, counts.bytes), (0, 0, 0), "{counts:?}");
        assert_eq!(counts.releases, answers.len() as u64);
        let order: Vec<_> = answers.iter().map(|answer| (answer.value, answer.part)).collect();
        assert!(order.windows(2).all(|pair| pair[0] < pair[1]), "order, and each once: {order:?}");
        assert_eq!(flushes.len(), flushes.iter().collect::<BTreeSet<_>>().len());
        assert!(flushes.is_sorted());
        if !dropped {
            let every = self.habits.drops_every;
            let answered = |value: &u32| every == 0 || !(value + 1).is_multiple_of(every);
            let parts = self.habits.parts;
            let sent = self.sent.into_inner().unwrap();
            let all =
                sent.into_iter().filter(answered).flat_map(|value| (0..parts).map(move |part| (value, part)));
            assert_eq!(order, all.collect::<Vec<_>>());
        }
    }
}

fn calls(drops: bool) -> impl Strategy<Value = Vec<Call>> {
    let short = Timeout::For(Duration::from_micros(300));
    let timeout = move || prop_oneof![Just(Timeout::Try), Just(short)];
    let call = prop_oneof![
        12 => timeout().prop_map(Call::Enqueue),
        8 => timeout().prop_map(Call::Poll),
        2 => (1u32..4).prop_map(|bits| Call::Wait(Interest::from_bits(bits).unwrap())),
        8 => (0usize..3).prop_map(Call::Release),
        1 => Just(Call::Flush),
        u32::from(drops) => Just(Call::Reset),
        2 * u32::from(drops) => Just(Call::Configure),
    ];
    prop::collection::vec(call, 0..60)
}

fn random_calls(drops: bool) {
    let habits = (0usize..5, prop_oneof![Just(0u32), Just(3)], 0u32..4, prop_oneof![Just(1u32), 2u32..7]);
    let habits = habits.prop_map(|(delay, drops_every, parts, slots)| Habits {
        delay,
        drops_every,
        parts,
        slots,
        ..Habits::default()
    });
    let max_bytes = prop_oneof![Just(None), (1u64..500).prop_map(Some)];
    let case = (1u32..6, max_bytes, habits, prop::collection::vec(calls(drops), 1..4));
    // The same cases every time; a failing one shrinks.
    let config = Config { cases: 250, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(&case, |(slots, max_bytes, habits, threads)| {
        let host = Arc::new(Host::new(slots, max_bytes, habits));
        std::thread::scope(|scope| {
            for calls in &threads {
                let host = &host;
                scope.spawn(move || calls.iter().for_each(|call| host.make(*call)));
            }
        });
        Arc::into_inner(host).expect("the threads are gone").finish(drops);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn random_calls_lose_and_repeat_nothing() {
    random_calls(false);
}

#[test]
fn random_calls_with_resets_keep_the_order_and_leave_nothing() {
    random_calls(true);
}

fn plain(slots: u32, max_bytes: Option<u64>) -> Handle {
    Session::new(slots, max_bytes, recipe(one_part())).unwrap()
}

fn one_part() -> Habits {
    Habits { parts: 1, ..Habits::default() }
}

fn output(session: &Handle) -> Permit {
    match session.poll(Timeout::Forever) {
        Ok(Flow::Done(Event::Output(_, permit))) => permit,
        Ok(_) => panic!("no output"),
        Err(error) => panic!("{}", error.text),
    }
}

#[test]
fn one_oversize_input_passes_when_nothing_else_is_in_flight() {
    let session = plain(8, Some(50));
    assert_eq!(session.enqueue(key(0), Timeout::Try), Ok(Flow::Done(())));
    let permit = output(&session);
    assert!(matches!(session.enqueue(key(1), Timeout::Try), Ok(Flow::Wait(Wait::Release))));
    drop(permit);
    assert_eq!(session.enqueue(key(1), Timeout::Try), Ok(Flow::Done(())));
    drop(output(&session));
    assert_eq!(session.stats().counts.bytes_peak, 100);
}

/// Sound: an input has a slot for each of its outputs.
#[test]
fn an_input_of_several_slots_waits_for_all_of_them_and_gives_one_to_each_output() {
    let session = Session::new(4, None, recipe(Habits { parts: 3, slots: 3, ..Habits::default() })).unwrap();
    session.enqueue(key(0), Timeout::Try).unwrap();
    while session.stats().counts.ready < 3 {
        std::thread::yield_now();
    }
    assert!(matches!(session.enqueue(key(1), Timeout::Try), Ok(Flow::Wait(Wait::Poll))));
    let first = output(&session);
    assert!(matches!(session.enqueue(key(1), Timeout::Try), Ok(Flow::Wait(Wait::Poll))));
    drop(first); // two of four are taken
    assert!(matches!(session.enqueue(key(1), Timeout::Try), Ok(Flow::Wait(Wait::Poll))));
    drop(output(&session));
    assert_eq!(session.enqueue(key(1), Timeout::Try), Ok(Flow::Done(())));
    assert_eq!(session.stats().counts.in_flight_peak, 4);
}

#[test]
fn an_input_of_more_slots_than_there_are_is_let_in_alone() {
    let session = Session::new(2, None, recipe(Habits { parts: 5, slots: 7, ..Habits::default() })).unwrap();
    session.enqueue(key(0), Timeout::Try).unwrap();
    assert_eq!(session.stats().counts.in_flight_peak, 7);
    // What its outputs leave goes back.
    while session.stats().counts.in_flight() != 5 {
        std::thread::yield_now();
    }
    let permits: Vec<_> = (0..5).map(|_| output(&session)).collect();
    assert!(matches!(session.enqueue(key(1), Timeout::Try), Ok(Flow::Wait(Wait::Release))));
    assert_eq!(session.enqueue(key(1), Timeout::Forever).unwrap_err().kind, Kind::WouldDeadlock);
    drop(permits);
    assert_eq!(session.enqueue(key(1), Timeout::Try), Ok(Flow::Done(())));
}

#[test]
fn the_status_says_what_to_do() {
    let session = plain(2, None);
    for value in 0..2 {
        session.enqueue(key(value), Timeout::Try).unwrap();
    }
    // Both are ready once the second has been waited for.
    while session.stats().counts.ready < 2 {
        std::thread::yield_now();
    }
    assert!(matches!(session.enqueue(key(2), Timeout::Try), Ok(Flow::Wait(Wait::Poll))));
    let first = output(&session);
    assert!(matches!(session.enqueue(key(2), Timeout::Try), Ok(Flow::Wait(Wait::Poll))));
    let second = output(&session);
    assert!(matches!(session.enqueue(key(2), Timeout::Try), Ok(Flow::Wait(Wait::Release))));
    drop(first);
    assert_eq!(session.enqueue(key(2), Timeout::Try), Ok(Flow::Done(())));
    drop(second);
    drop(output(&session));
    // The worker puts itself to rest a moment after its last output.
    while !matches!(session.poll(Timeout::Try), Ok(Flow::Wait(Wait::Input))) {
        std::thread::yield_now();
    }
    let stats = session.stats();
    assert_eq!((stats.inputs, stats.outputs, stats.counts.releases, stats.slots), (3, 3, 3, 2));
    assert_eq!((stats.counts.in_flight(), stats.counts.in_flight_peak, stats.counts.waits), (0, 2, 0));
}

#[test]
fn a_lone_thread_is_told_that_it_would_wait_for_itself() {
    let session = plain(1, None);
    session.enqueue(key(0), Timeout::Forever).unwrap();
    let permit = output(&session);
    let error = session.enqueue(key(1), Timeout::Forever).unwrap_err();
    assert_eq!(error.kind, Kind::WouldDeadlock);
    assert_eq!(session.wait(Interest::BOTH, Timeout::Forever).unwrap_err().kind, Kind::WouldDeadlock);
    drop(permit);
    assert_eq!(session.poll(Timeout::Forever).err().unwrap().kind, Kind::WouldDeadlock);
    assert_eq!(session.enqueue(key(1), Timeout::Forever), Ok(Flow::Done(())));
}

#[test]
fn a_lone_thread_that_holds_every_slot_is_told_to_release() {
    let session = plain(2, None);
    let said = || session.poll(Timeout::Forever).err().unwrap().text;
    session.enqueue(key(0), Timeout::Forever).unwrap();
    let first = output(&session);
    assert!(said().contains("enqueue or flush"), "a slot is free");
    session.enqueue(key(1), Timeout::Forever).unwrap();
    let second = output(&session);
    assert!(said().contains("were polled: release them"));
    drop((first, second));
    assert!(said().contains("enqueue or flush"));
}

/// As soon as two threads have polled or released, any of them may be about to release: enqueue waits.
#[test]
fn a_thread_with_company_waits() {
    let session = plain(1, None);
    session.enqueue(key(0), Timeout::Forever).unwrap();
    let permit = output(&session);
    std::thread::scope(|scope| {
        scope.spawn(|| assert!(session.poll(Timeout::Try).is_ok())).join().unwrap();
        let waiter = scope.spawn(|| session.enqueue(key(1), Timeout::Forever));
        drop(permit);
        assert_eq!(waiter.join().unwrap(), Ok(Flow::Done(())));
    });
    drop(output(&session));
}

#[test]
fn nobody_polled_yet_is_no_deadlock() {
    let session = plain(1, None);
    session.enqueue(key(0), Timeout::Try).unwrap();
    std::thread::scope(|scope| {
        let feeder = scope.spawn(|| session.enqueue(key(1), Timeout::Forever));
        drop(output(&session));
        assert_eq!(feeder.join().unwrap(), Ok(Flow::Done(())));
        drop(output(&session));
    });
}

#[test]
fn an_input_that_cannot_be_taken_is_the_hosts_and_costs_no_slot() {
    let session = Session::new(1, None, recipe(Habits { refuses: true, ..one_part() })).unwrap();
    for _ in 0..3 {
        assert_eq!(session.enqueue(key(0), Timeout::Forever).unwrap_err().kind, Kind::NotSupported);
    }
    assert_eq!((session.stats().inputs, session.stats().counts.in_flight()), (0, 0));
    session.configure(recipe(one_part())).unwrap();
    assert_eq!(session.enqueue(key(0), Timeout::Try), Ok(Flow::Done(())));
    drop(output(&session));
}

/// The fake asserts that each input has the form of the recipe that its codec is of.
#[test]
fn inputs_are_taken_by_the_configuration_that_they_come_under() {
    let session = plain(4, None);
    std::thread::scope(|scope| {
        let feeder = scope.spawn(|| {
            for value in 0..2000 {
                assert_eq!(session.enqueue(key(value), Timeout::Forever), Ok(Flow::Done(())));
            }
        });
        scope.spawn(|| {
            for form in 1..=200 {
                session.configure(recipe(Habits { form, ..one_part() })).unwrap();
                std::thread::yield_now();
            }
        });
        (0..2000).for_each(|_| drop(output(&session)));
        feeder.join().unwrap();
    });
    assert_eq!(session.failure(), None);
}
