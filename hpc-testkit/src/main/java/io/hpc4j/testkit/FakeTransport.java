package io.hpc4j.testkit;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.TransportException;
import io.hpc4j.core.recording.Recording;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import io.hpc4j.core.spi.RemoteFiles;
import io.hpc4j.core.spi.Transport;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A transport without a machine, for tests of backends: it answers the commands it was told to expect, keeps the calls,
 * and has files in memory. May be shared between threads.
 *
 * <pre>{@code
 * FakeTransport transport = new FakeTransport();
 * transport.expect("sbatch", "--parsable").prints("141\n");
 * transport.expect("squeue").always().fails(1, "slurm_load_jobs error: Unable to contact slurm controller");
 * …
 * transport.verify();
 * }</pre>
 *
 * <p>The first expectation that fits a command and is not used up answers it. A command that none fits is an
 * {@link AssertionError} that lists them all, and so is the next {@link #verify}, in case it happened on a thread that
 * nobody looks at.
 */
public final class FakeTransport implements Transport {

    private final RemoteFiles files;
    private final List<Expectation> expectations = new ArrayList<>();
    private final List<CommandLine> calls = new ArrayList<>();
    private final List<AssertionError> unexpected = new ArrayList<>();
    private final Optional<Replay> replay;
    private boolean closed;

    /** A transport that expects nothing and has no files but an empty folder {@code /}. */
    public FakeTransport() {
        this(Clock.systemUTC());
    }

    /** The same; its files are changed when this clock says. */
    public FakeTransport(Clock clock) {
        this(clock, Optional.empty());
    }

    private FakeTransport(Clock clock, Optional<Replay> replay) {
        this.files = new InMemoryFiles(clock);
        this.replay = replay;
    }

    /**
     * A transport that answers commands as a support bundle, or the file {@code recording.txt} of one, has them
     * recorded: with their output, exit codes, failures and passed time limits, at once. Like commands are answered in
     * the order of their recording; keys and anonymised names match whatever stands for them, and are replaced in
     * answers. A command that the recording does not have, or not so often, is an {@link AssertionError} that says what
     * comes next in it, and so is the next {@link #verify}.
     *
     * @throws IllegalArgumentException if the file is no recording
     */
    public static FakeTransport replay(Path bundle) {
        return new FakeTransport(Clock.systemUTC(), Optional.of(new Replay(Recording.read(bundle), Optional.empty())));
    }

    /** The same; with each answer the clock is set to the time when the recorded command had ended. */
    public static FakeTransport replay(Path bundle, MutableClock clock) {
        return new FakeTransport(clock, Optional.of(new Replay(Recording.read(bundle), Optional.of(clock))));
    }

    /**
     * Expects a command that begins with these words, once.
     *
     * @return what to choose its answer with; unless chosen, it prints nothing and ends with exit code 0
     */
    public Expectation expect(String program, String... firstArguments) {
        List<String> words = new ArrayList<>();
        words.add(program);
        words.addAll(List.of(firstArguments));
        return expect(String.join(" ", words) + " …", command -> {
            List<String> given = command.arguments();
            return given.size() >= words.size()
                    && given.subList(0, words.size()).equals(words);
        });
    }

    /**
     * Expects a command that meets a condition, once.
     *
     * @param description what messages call it
     * @return what to choose its answer with; unless chosen, it prints nothing and ends with exit code 0
     */
    public Expectation expect(String description, Predicate<CommandLine> condition) {
        Expectation expectation = new Expectation(description, condition);
        synchronized (this) {
            expectations.add(expectation);
        }
        return expectation;
    }

    @Override
    public CommandResult run(CommandLine command) {
        Optional<Expectation> fitting;
        synchronized (this) {
            calls.add(command);
            if (closed) {
                throw new TransportException("the transport is closed; it cannot run: " + command);
            }
            fitting = take(command);
            if (fitting.isEmpty()) {
                return withoutExpectation(command);
            }
        }
        return fitting.get().answer(command);
    }

    private CommandResult withoutExpectation(CommandLine command) {
        try {
            return replay.orElseThrow(() -> new AssertionError(
                            "unexpected command: %s%nexpected were:%n%s".formatted(command.arguments(), describe())))
                    .answer(command);
        } catch (AssertionError e) {
            unexpected.add(e);
            throw e;
        }
    }

    private Optional<Expectation> take(CommandLine command) {
        Optional<Expectation> fitting = expectations.stream()
                .filter(e -> e.left > 0 && e.condition.test(command))
                .findFirst();
        fitting.ifPresent(e -> {
            e.used++;
            e.left -= e.isAlways ? 0 : 1;
        });
        return fitting;
    }

    private String describe() {
        return expectations.isEmpty()
                ? "  none"
                : expectations.stream().map(e -> "  " + e).collect(Collectors.joining(System.lineSeparator()));
    }

    @Override
    public RemoteFiles files() {
        return files;
    }

    /** All commands so far, also the unexpected ones, in the order of their calls. */
    public synchronized List<CommandLine> calls() {
        return List.copyOf(calls);
    }

    /** The argument lists of all commands so far whose program is this one, in the order of their calls. */
    public synchronized List<List<String>> calls(String program) {
        return calls.stream()
                .map(CommandLine::arguments)
                .filter(a -> a.get(0).equals(program))
                .toList();
    }

    /**
     * Checks that every expected command came as often as expected, and no other.
     *
     * @throws AssertionError if not
     */
    public synchronized void verify() {
        if (!unexpected.isEmpty()) {
            throw new AssertionError(unexpected.get(0).getMessage(), unexpected.get(0));
        }
        if (expectations.stream().anyMatch(e -> e.isAlways ? e.used == 0 : e.left > 0)) {
            throw new AssertionError("not all expected commands came:%n%s".formatted(describe()));
        }
    }

    /** Whether it was closed. */
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    /** A command that is expected, and how it is answered; each method changes it and returns it. */
    public final class Expectation {

        private final String description;
        private final Predicate<CommandLine> condition;
        private volatile Function<CommandLine, CommandResult> result = command -> result(0, "", "");
        private volatile Duration delay = Duration.ZERO;
        private int left = 1;
        private int used;
        private boolean isAlways;

        private Expectation(String description, Predicate<CommandLine> condition) {
            this.description = description;
            this.condition = condition;
        }

        /** Prints this, and ends with exit code 0. */
        public Expectation prints(String stdout) {
            return answers(command -> result(0, stdout, ""));
        }

        /** Prints this on standard error, and ends with this exit code. */
        public Expectation fails(int exitCode, String stderr) {
            return answers(command -> result(exitCode, "", stderr));
        }

        /** Ends with this result. */
        public Expectation returns(CommandResult answer) {
            return answers(command -> answer);
        }

        /** Does not end, but fails with this exception. */
        public Expectation breaks(RuntimeException exception) {
            return answers(command -> {
                throw exception;
            });
        }

        /** Ends with a result that depends on the command. */
        public Expectation answers(Function<CommandLine, CommandResult> answer) {
            result = answer;
            return this;
        }

        /**
         * Answers after so long, in real time; where the command's own time limit is shorter, that passes, and it is a
         * {@link TransportException}.
         */
        public Expectation after(Duration time) {
            delay = time;
            return this;
        }

        /** Is expected so many times; 1 unless set. */
        public Expectation times(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("times must be at least 1, was " + count);
            }
            synchronized (FakeTransport.this) {
                left = count;
            }
            return this;
        }

        /** Is expected any number of times, but once at least. */
        public Expectation always() {
            synchronized (FakeTransport.this) {
                isAlways = true;
            }
            return this;
        }

        private CommandResult answer(CommandLine command) {
            Duration limit = command.timeout();
            boolean tooLong = delay.compareTo(limit) > 0;
            if (!delay.isZero()) {
                pause(tooLong ? limit : delay, command);
            }
            if (tooLong) {
                throw new TransportException("%s did not end within %s".formatted(command, limit));
            }
            return result.apply(command);
        }

        private static void pause(Duration time, CommandLine command) {
            try {
                if (new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new IllegalStateException("a latch that nobody opens was opened");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TransportException("interrupted while it ran: " + command, e);
            }
        }

        @Override
        public String toString() {
            return "%s (%s, came %d times)".formatted(description, isAlways ? "any number" : left + " left", used);
        }
    }

    private static CommandResult result(int exitCode, String stdout, String stderr) {
        return new CommandResult(ExitStatus.ofCode(exitCode), stdout, stderr, false, Duration.ZERO);
    }
}
