package io.hpc4j.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Why a job is where it is: a type for programs, its parameters, and sentences for people that are made of both, the
 * same for every scheduler.
 *
 * @param type the kind of reason
 * @param parameters what {@link Type} lists for it, as far as the scheduler tells it
 */
public record Reason(Type type, Map<String, String> parameters) {

    /** When in a job's life a reason holds. */
    public enum Phase {
        /** Before the start. */
        WAITING,
        /** Between start and end. */
        RUNNING,
        /** After the end. */
        ENDED,
        /** At any time. */
        ANY
    }

    /** The kinds of reasons, each with its parameters. */
    public enum Type {
        /** Submitted, and not in the scheduler's list yet. */
        NOT_LISTED_YET(Phase.WAITING),
        /** Too little is free: {@code needs}, {@code free}, {@code usedBy} (jobs). */
        RESOURCES(Phase.WAITING),
        /** Others are due before it: {@code count}, {@code first} (the job that is due next). */
        BEHIND_OTHERS(Phase.WAITING),
        /** Kept from starting until released: {@code by}. */
        HELD(Phase.WAITING),
        /** A condition on another job is open: {@code job}, {@code condition}, {@code state} of that job. */
        DEPENDENCY(Phase.WAITING),
        /** A condition on another job can never hold any more: as {@link #DEPENDENCY}. */
        DEPENDENCY_NEVER(Phase.WAITING),
        /** Its time has not come: {@code at}, an instant. */
        BEGIN_TIME(Phase.WAITING),
        /** Its queue lets only so many run: {@code queue}, {@code limit}. */
        QUEUE_LIMIT(Phase.WAITING),
        /** Its queue starts nothing now: {@code queue}. */
        QUEUE_CLOSED(Phase.WAITING),
        /** Its array lets only so many tasks run: {@code array}, {@code limit}. */
        ARRAY_LIMIT(Phase.WAITING),
        /** Another limit, of a user or an account: {@code limit}. */
        OTHER_LIMIT(Phase.WAITING),
        /** Nodes that it needs, or ran on, are away: {@code nodes}, {@code words}. */
        NODES_DOWN(Phase.ANY),
        /** The scheduler itself starts nothing now: {@code words}. */
        SCHEDULER_TROUBLE(Phase.WAITING),
        /** An earlier attempt has ended, and it waits for the next: {@code attempt}, {@code retries}. */
        NEXT_ATTEMPT(Phase.WAITING),
        /** Its nodes are being prepared: {@code nodes}. */
        STARTING(Phase.RUNNING),
        /** It runs: {@code nodes}. */
        RUNNING(Phase.RUNNING),
        /** Its processes are stopped. */
        SUSPENDED(Phase.RUNNING),
        /** It is being ended. */
        ENDING(Phase.RUNNING),
        /** It ended with exit code 0. */
        SUCCEEDED(Phase.ENDED),
        /** It ended with another one: {@code code}. */
        EXIT_CODE(Phase.ENDED),
        /** A signal ended it: {@code signal}, {@code name}. */
        SIGNAL(Phase.ENDED),
        /** It reached its walltime: {@code limitSeconds}, {@code elapsedSeconds}. */
        TIME_LIMIT(Phase.ENDED),
        /** It used more memory than its limit: {@code limitBytes}, {@code peakBytes}. */
        MEMORY_LIMIT(Phase.ENDED),
        /** Its node failed: {@code nodes}. */
        NODE_FAILED(Phase.ENDED),
        /** Somebody cancelled it: {@code by}. */
        CANCELLED(Phase.ENDED),
        /** It was ended since a condition on another job can never hold: as {@link #DEPENDENCY}. */
        DEPENDENCY_FAILED(Phase.ENDED),
        /** Its program is not there: {@code command}, {@code words}. */
        COMMAND_NOT_FOUND(Phase.ENDED),
        /** Its program cannot be run: {@code command}, {@code words}. */
        COMMAND_NOT_EXECUTABLE(Phase.ENDED),
        /** Its working directory cannot be used: {@code path}, {@code words}. */
        WORKING_DIRECTORY(Phase.ENDED),
        /** Its input or output cannot be opened: {@code words}. */
        FILES(Phase.ENDED),
        /** It could not be started: {@code words}. */
        NOT_STARTED(Phase.ENDED),
        /** It made room for another job. */
        PREEMPTED(Phase.ENDED),
        /** Beside other reasons: most of its CPUs had nothing to do: {@code used} on average, {@code asked}. */
        IDLE_CPUS(Phase.ENDED),
        /** Nobody can tell its end. */
        LOST(Phase.ENDED),
        /** This version does not know: {@code words}. */
        UNKNOWN(Phase.ANY);

        private final Phase phase;

        Type(Phase phase) {
            this.phase = phase;
        }

        /** When it holds. */
        public Phase phase() {
            return phase;
        }
    }

    /** Copies the parameters. */
    public Reason {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** A reason without parameters. */
    public static Reason of(Type type) {
        return new Reason(type, Map.of());
    }

    /** The same reason with one more parameter; an empty value is left out. */
    public Reason with(String name, Object value) {
        if (value.toString().isEmpty()) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(parameters);
        more.put(name, value.toString());
        return new Reason(type, more);
    }

    /** A parameter by its name. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** The reason in words, as part of a sentence: {@code it is held by ada}. */
    public String text() {
        return ReasonWords.text(this);
    }

    /** What to do, as a sentence without its end; absent where there is nothing to do. */
    public Optional<String> advice() {
        return ReasonWords.advice(this);
    }
}
