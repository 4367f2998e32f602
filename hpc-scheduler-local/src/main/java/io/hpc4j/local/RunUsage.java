package io.hpc4j.local;

import io.hpc4j.core.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Adds up what the processes of a run use: while they live from samples, afterwards from what their node told last. */
final class RunUsage {

    private Duration endedCpu = Duration.ZERO;
    private long endedPeak;
    private long endedRead;
    private long endedWritten;
    private double byteSeconds;
    private long lastBytes;
    private @Nullable Instant sampledAt;
    private long sampledPeak;
    private Duration ioWait = Duration.ZERO;
    private boolean isIoWaitKnown;
    private @Nullable Map<String, UnitUsage> samples;

    void add(UnitEnd end) {
        endedCpu = endedCpu.plus(end.userTime()).plus(end.systemTime());
        endedPeak = end.cgroupPeakBytes().isPresent()
                ? endedPeak + end.cgroupPeakBytes().getAsLong()
                : Math.max(endedPeak, end.peakMemoryBytes());
        endedRead += end.readBytes();
        endedWritten += end.writtenBytes();
        if (samples != null) {
            samples.remove(end.unit());
        }
    }

    /** Takes what one process of it uses now. */
    void sample(UnitUsage usage) {
        if (samples == null) {
            samples = new HashMap<>();
        }
        samples.put(usage.unit(), usage);
    }

    /** Once all samples of one moment are taken. */
    void sampled(Instant at, long startedMicros) {
        long bytes = sum(u -> u.memoryBytes().orElse(0));
        Instant from = sampledAt == null ? Micros.instant(startedMicros) : sampledAt;
        double seconds = Math.max(0, Duration.between(from, at).toNanos()) / 1e9;
        byteSeconds += seconds * (sampledAt == null ? bytes : (bytes + lastBytes) / 2.0);
        lastBytes = bytes;
        sampledAt = at;
        sampledPeak = Math.max(
                sampledPeak, Math.max(bytes, sum(u -> u.peakMemoryBytes().orElse(0))));
        ioWait = times(UnitUsage::ioWait);
        isIoWaitKnown = samples().values().stream().anyMatch(u -> u.ioWait().isPresent());
    }

    /** What is used so far. */
    ResourceUsage now(long startedMicros) {
        if (sampledAt == null) {
            return ResourceUsage.NONE;
        }
        ResourceUsage.Builder usage = ResourceUsage.builder()
                .measuredAt(sampledAt)
                .elapsed(Micros.between(startedMicros, Micros.of(sampledAt)))
                .cpuTime(endedCpu.plus(times(UnitUsage::cpuTime)))
                .memoryBytes(lastBytes)
                .peakMemoryBytes(Math.max(sampledPeak, endedPeak))
                .memoryByteSeconds(byteSeconds)
                .readBytes(endedRead + sum(u -> u.readBytes().orElse(0)))
                .writtenBytes(endedWritten + sum(u -> u.writtenBytes().orElse(0)));
        if (isIoWaitKnown) {
            usage.ioWait(ioWait);
        }
        return usage.build();
    }

    /** What was used in all. */
    ResourceUsage inAll(long startedMicros, long endedMicros) {
        Duration elapsed = Micros.between(startedMicros, endedMicros);
        ResourceUsage.Builder usage = ResourceUsage.builder()
                .measuredAt(Micros.instant(endedMicros))
                .elapsed(elapsed)
                .cpuTime(endedCpu)
                .peakMemoryBytes(Math.max(sampledPeak, endedPeak))
                .readBytes(endedRead)
                .writtenBytes(endedWritten);
        if (sampledAt != null) {
            double left = Micros.between(Micros.of(sampledAt), endedMicros).toNanos() / 1e9;
            usage.memoryByteSeconds(byteSeconds + left * lastBytes);
        }
        if (isIoWaitKnown) {
            usage.ioWait(ioWait);
        }
        return usage.build();
    }

    private Map<String, UnitUsage> samples() {
        return samples == null ? Map.of() : samples;
    }

    private long sum(ToLongFunction<UnitUsage> figure) {
        return samples().values().stream().mapToLong(figure).sum();
    }

    private Duration times(Function<UnitUsage, Optional<Duration>> figure) {
        return samples().values().stream()
                .map(u -> figure.apply(u).orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }
}
