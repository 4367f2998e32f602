package io.hpc4j.server.cli;

import io.hpc4j.core.JobState;
import io.hpc4j.core.NodeInfo;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Colours, or none. */
record Paint(boolean isOn) {

    /** When to use colours. */
    enum When {
        auto,
        always,
        never
    }

    static Paint of(When when, boolean isTerminal, Map<String, String> env) {
        return new Paint(
                switch (when) {
                    case always -> true;
                    case never -> false;
                    case auto ->
                        isTerminal && env.getOrDefault("NO_COLOR", "").isEmpty() && !"dumb".equals(env.get("TERM"));
                });
    }

    private UnaryOperator<String> code(String code) {
        return isOn ? text -> "\u001b[" + code + "m" + text + "\u001b[0m" : UnaryOperator.identity();
    }

    UnaryOperator<String> bold() {
        return code("1");
    }

    UnaryOperator<String> dim() {
        return code("2");
    }

    UnaryOperator<String> bad() {
        return code("31");
    }

    UnaryOperator<String> good() {
        return code("32");
    }

    UnaryOperator<String> of(JobState state) {
        return switch (state) {
            case COMPLETED -> good();
            case RUNNING, STARTING, COMPLETING -> code("36");
            case SUBMITTED, PENDING, HELD, SUSPENDED -> code("33");
            case FAILED, TIMED_OUT, OUT_OF_MEMORY, NODE_FAILED, PREEMPTED, LOST -> bad();
            case CANCELLED, UNKNOWN -> code("35");
        };
    }

    UnaryOperator<String> of(NodeInfo.State state) {
        return switch (state) {
            case UP -> good();
            case DRAINING -> code("33");
            case DOWN -> bad();
            case UNKNOWN -> code("35");
        };
    }
}
