package io.hpc4j.core.internal;

import io.hpc4j.core.recording.RecordedCall;
import io.hpc4j.core.recording.RecordedCall.Answer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Measures commands, by program and outcome. */
final class CallMetrics {

    private static final double NANOS = 1e9;

    /** A backend has a handful of commands; one that makes up names must not make up series. */
    private static final int MOST_PROGRAMS = 32;

    private final Samples samples;
    private final Set<String> programs = new HashSet<>();
    private final Map<Map<String, String>, Long> counts = new HashMap<>();

    CallMetrics(Samples samples) {
        this.samples = samples;
    }

    void ended(RecordedCall.Command command) {
        Map<String, String> labels;
        long count;
        synchronized (this) {
            labels = Map.of("program", known(command.asked().program()), "outcome", outcome(command.answer()));
            count = counts.merge(labels, 1L, Long::sum);
        }
        samples.tell("hpc_scheduler_command_seconds", command.took().toNanos() / NANOS, labels);
        samples.tell("hpc_scheduler_commands_total", (double) count, labels);
    }

    private String known(String program) {
        return programs.contains(program) || (programs.size() < MOST_PROGRAMS && programs.add(program))
                ? program
                : "other";
    }

    /** How a command ended: {@code success}, {@code failure}, {@code timeout} or {@code broken}. */
    static String outcome(Answer answer) {
        if (answer instanceof Answer.Ended ended) {
            return ended.exitStatus().isSuccess() ? "success" : "failure";
        }
        return ((Answer.Broken) answer).isTimeout() ? "timeout" : "broken";
    }
}
