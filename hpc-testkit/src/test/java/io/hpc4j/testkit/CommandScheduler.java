package io.hpc4j.testkit;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import io.hpc4j.core.spi.RemoteFiles;
import io.hpc4j.core.spi.Transport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler of commands in virtual time, to be reached by a transport: {@code vsub}, {@code vstat}, {@code vacct},
 * {@code vdel}, {@code vkey}. Like real ones it forgets ended jobs in its queue after a while, and its accounting lags;
 * for a moment neither may know a job. Every whole answer ends with a line {@code end}.
 */
final class CommandScheduler {

    private static final int SLOTS = 3;
    private static final double VIRTUAL_PER_REAL = 400;

    private final Clock clock;
    private final Random random;
    private final Map<String, Entry> jobs = new LinkedHashMap<>();
    private final List<String> runs = new ArrayList<>();
    private int submissions;
    private String hidden = "";

    private static final class Entry {
        private final String id;
        private final List<String> request;
        private final Duration inQueue;
        private final Duration untilAccounted;
        private String state = "WAITING";
        private @Nullable Instant ends;
        private @Nullable Instant ended;

        private Entry(String id, List<String> request, Duration inQueue, Duration untilAccounted) {
            this.id = id;
            this.request = request;
            this.inQueue = inQueue;
            this.untilAccounted = untilAccounted;
        }

        private String key() {
            return request.get(0);
        }

        private String name() {
            return request.get(1);
        }

        private String condition() {
            return request.get(2);
        }

        private int code() {
            return Integer.parseInt(request.get(4));
        }

        private Duration takes() {
            return Duration.ofMillis((long) (Double.parseDouble(request.get(5)) * VIRTUAL_PER_REAL * 1000));
        }

        private String index() {
            int underscore = id.indexOf('_');
            return underscore < 0 ? "" : id.substring(underscore + 1);
        }

        private boolean hasEnded() {
            return ended != null;
        }

        private String line() {
            String code = state.equals("DONE") ? Integer.toString(code()) : "";
            return String.join("|", id, state, code, key(), name());
        }
    }

    CommandScheduler(Clock clock, long seed) {
        this.clock = clock;
        this.random = new Random(seed);
    }

    /** The names of jobs, one for each time that one was started. */
    synchronized List<String> runs() {
        return List.copyOf(runs);
    }

    /** Leaves a job out of all answers, as a scheduler may that is slow to list it. */
    synchronized void hide(String id) {
        hidden = id;
    }

    /** A connection to it. */
    Transport connect() {
        return new Transport() {
            private final RemoteFiles files = new InMemoryFiles(clock);

            @Override
            public CommandResult run(CommandLine command) {
                String answer = answer(command.arguments());
                return new CommandResult(ExitStatus.SUCCESS, answer + "end\n", "", false, Duration.ZERO);
            }

            @Override
            public RemoteFiles files() {
                return files;
            }

            @Override
            public void close() {}
        };
    }

    private synchronized String answer(List<String> command) {
        settle();
        List<String> arguments = command.subList(1, command.size());
        return switch (command.get(0)) {
            case "vsub" -> submit(arguments);
            case "vstat" -> lines(arguments, e -> !e.hasEnded() || isWithin(e, e.inQueue));
            case "vacct" -> lines(arguments, e -> e.hasEnded() && !isWithin(e, e.untilAccounted));
            case "vdel" -> delete(arguments);
            case "vkey" ->
                jobs.values().stream()
                        .filter(e -> e.key().equals(arguments.get(0)))
                        .map(e -> e.id + "\n")
                        .findFirst()
                        .orElse("");
            default -> throw new IllegalArgumentException("no such command: " + command);
        };
    }

    private boolean isWithin(Entry entry, Duration time) {
        return clock.instant().isBefore(Objects.requireNonNull(entry.ended).plus(time));
    }

    private String submit(List<String> arguments) {
        String number = Integer.toString(++submissions);
        int tasks = Integer.parseInt(arguments.get(3));
        StringBuilder ids = new StringBuilder();
        for (int i = 1; i <= Math.max(1, tasks); i++) {
            String id = tasks == 0 ? number : number + "_" + i;
            Duration inQueue = Duration.ofSeconds(random.nextInt(40));
            Duration untilAccounted = Duration.ofSeconds(random.nextInt(40));
            jobs.put(id, new Entry(id, List.copyOf(arguments), inQueue, untilAccounted));
            ids.append(id).append('\n');
        }
        settle();
        return ids.toString();
    }

    private String lines(List<String> ids, Predicate<Entry> shown) {
        return (ids.isEmpty()
                        ? jobs.values().stream()
                        : ids.stream().flatMap(id -> Optional.ofNullable(jobs.get(id)).stream()))
                .filter(shown)
                .filter(e -> !e.id.equals(hidden))
                .map(e -> e.line() + "\n")
                .collect(Collectors.joining());
    }

    private String delete(List<String> ids) {
        for (String id : ids) {
            Entry entry = Objects.requireNonNull(jobs.get(id));
            if (!entry.hasEnded()) {
                end(entry, "DELETED", clock.instant());
            }
        }
        settle();
        return "";
    }

    // ---------------------------------------------------------------- what happens by itself

    private void settle() {
        Instant now = clock.instant();
        start(now);
        Optional<Entry> next = nextEnd(now);
        while (next.isPresent()) {
            Instant at = Objects.requireNonNull(next.get().ends);
            end(next.get(), "DONE", at);
            start(at);
            next = nextEnd(now);
        }
    }

    private Optional<Entry> nextEnd(Instant now) {
        return jobs.values().stream()
                .filter(e -> e.state.equals("RUNNING")
                        && !Objects.requireNonNull(e.ends).isAfter(now))
                .min(Comparator.comparing(e -> Objects.requireNonNull(e.ends)));
    }

    private static void end(Entry entry, String state, Instant at) {
        entry.state = state;
        entry.ended = at;
    }

    private void start(Instant at) {
        for (Entry entry : jobs.values()) {
            if (!entry.state.equals("WAITING")) {
                continue;
            }
            if (canNeverRun(entry)) {
                end(entry, "DELETED", at);
            } else if (isFree(entry) && running() < SLOTS) {
                entry.state = "RUNNING";
                entry.ends = at.plus(entry.takes());
                runs.add(entry.name() + (entry.index().isEmpty() ? "" : "-" + entry.index()));
            }
        }
    }

    private long running() {
        return jobs.values().stream().filter(e -> e.state.equals("RUNNING")).count();
    }

    private Optional<Entry> condition(Entry entry) {
        String condition = entry.condition();
        return condition.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(jobs.get(condition.substring(condition.indexOf(':') + 1)));
    }

    private boolean isFree(Entry entry) {
        return condition(entry).map(Entry::hasEnded).orElse(true);
    }

    private boolean canNeverRun(Entry entry) {
        return entry.condition().startsWith("ok:")
                && condition(entry)
                        .map(c -> c.hasEnded() && (c.code() != 0 || c.state.equals("DELETED")))
                        .orElse(false);
    }
}
