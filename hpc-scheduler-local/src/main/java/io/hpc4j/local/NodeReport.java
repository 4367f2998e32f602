package io.hpc4j.local;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Reads the frames of one node and tells the listener of them, those of one kind together. */
final class NodeReport {

    private static final int PROTOCOL = 2;

    private final String node;
    private final NodeListener listener;
    private final Consumer<NodeHello> greeted;
    private final List<UnitRunning> running = new ArrayList<>();
    private final List<UnitEnd> ended = new ArrayList<>();
    private final List<UnitFailure> failed = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private final List<String> returned = new ArrayList<>();
    private final List<UnitUsage> usage = new ArrayList<>();
    private Optional<NodeHello> hello = Optional.empty();

    NodeReport(String node, NodeListener listener, Consumer<NodeHello> greeted) {
        this.node = node;
        this.listener = listener;
        this.greeted = greeted;
    }

    /** Whether the node has said who it is. */
    boolean isGreeted() {
        return hello.isPresent();
    }

    void accept(List<List<String>> frames) {
        frames.forEach(this::hear);
        tell();
    }

    private void hear(List<String> frame) {
        switch (frame.get(0)) {
            case "HELLO" -> hello(frame);
            case "RUNNING" ->
                running.add(new UnitRunning(frame.get(1), Long.parseLong(frame.get(2)), instant(frame.get(3))));
            case "ENDED" -> ended.add(end(frame));
            case "FAILED" -> failed.add(new UnitFailure(frame.get(1), Integer.parseInt(frame.get(2)), frame.get(3)));
            case "LOST" -> lost.add(frame.get(1));
            case "RETURNED" -> returned.add(frame.get(1));
            case "USAGE" -> usage.add(usage(frame));
            case "SYNCED" -> {
                tell();
                hello.ifPresent(listener::synced);
            }
            default -> throw new IllegalArgumentException("node " + node + " said " + frame.get(0));
        }
    }

    /** A unit's order is returned, running, then ended, failed or lost; kinds are told in that order too. */
    private void tell() {
        tell(returned, units -> listener.returned(node, units));
        tell(running, units -> listener.running(node, units));
        tell(failed, units -> listener.failed(node, units));
        tell(lost, units -> listener.lost(node, units));
        tell(ended, units -> listener.ended(node, units));
        tell(usage, units -> listener.usage(node, units));
    }

    private static <T> void tell(List<T> collected, Consumer<List<T>> hearer) {
        if (!collected.isEmpty()) {
            List<T> units = List.copyOf(collected);
            collected.clear();
            hearer.accept(units);
        }
    }

    private void hello(List<String> frame) {
        if (Integer.parseInt(frame.get(1)) != PROTOCOL) {
            throw new IllegalArgumentException("node " + node + " (pid " + frame.get(3) + ") is of another version of"
                    + " HPC4J; it can be connected to once its jobs have ended");
        }
        NodeHello told = new NodeHello(
                frame.get(2),
                Long.parseLong(frame.get(3)),
                frame.get(4),
                instant(frame.get(5)),
                frame.get(6).equals("1"));
        hello = Optional.of(told);
        greeted.accept(told);
    }

    private static UnitEnd end(List<String> frame) {
        return new UnitEnd(
                frame.get(1),
                instant(frame.get(13)),
                instant(frame.get(2)),
                Integer.parseInt(frame.get(3)),
                Integer.parseInt(frame.get(4)),
                micros(frame.get(5)),
                micros(frame.get(6)),
                Long.parseLong(frame.get(7)),
                Long.parseLong(frame.get(8)),
                Long.parseLong(frame.get(9)),
                known(frame.get(10)),
                frame.get(11).equals("1"),
                Optional.of(frame.get(12)).filter(reason -> !reason.equals("-")));
    }

    private static UnitUsage usage(List<String> frame) {
        return new UnitUsage(
                frame.get(1),
                knownMicros(frame.get(2)),
                known(frame.get(3)),
                known(frame.get(4)),
                known(frame.get(5)),
                known(frame.get(6)),
                knownMicros(frame.get(7)),
                Integer.parseInt(frame.get(8)));
    }

    private static Instant instant(String epochMicros) {
        return Instant.EPOCH.plus(Long.parseLong(epochMicros), ChronoUnit.MICROS);
    }

    private static Duration micros(String text) {
        return Duration.of(Long.parseLong(text), ChronoUnit.MICROS);
    }

    private static OptionalLong known(String text) {
        return text.equals("-1") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    private static Optional<Duration> knownMicros(String text) {
        return text.equals("-1") ? Optional.empty() : Optional.of(micros(text));
    }
}
