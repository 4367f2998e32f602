package io.hpc4j.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a job has used up to an instant. A figure that the system did not tell is absent, never 0. */
public final class ResourceUsage {

    /** Nothing is known. */
    public static final ResourceUsage NONE = builder().build();

    private static final long UNKNOWN = -1;

    private final @Nullable Duration cpuTime;
    private final @Nullable Duration elapsed;
    private final long memoryBytes;
    private final long peakMemoryBytes;
    private final double memoryByteSeconds;
    private final long readBytes;
    private final long writtenBytes;
    private final @Nullable Duration ioWait;
    private final double energyJoules;
    private final @Nullable Duration gpuTime;
    private final long peakGpuMemoryBytes;
    private final @Nullable Instant measuredAt;

    private ResourceUsage(Builder b) {
        cpuTime = b.cpuTime;
        elapsed = b.elapsed;
        memoryBytes = b.memoryBytes;
        peakMemoryBytes = b.peakMemoryBytes;
        memoryByteSeconds = b.memoryByteSeconds;
        readBytes = b.readBytes;
        writtenBytes = b.writtenBytes;
        ioWait = b.ioWait;
        energyJoules = b.energyJoules;
        gpuTime = b.gpuTime;
        peakGpuMemoryBytes = b.peakGpuMemoryBytes;
        measuredAt = b.measuredAt;
    }

    /** Begins with nothing known. */
    public static Builder builder() {
        return new Builder();
    }

    /** CPU time of all processes, user and system. */
    public Optional<Duration> cpuTime() {
        return Optional.ofNullable(cpuTime);
    }

    /** Time since the start, without waiting in the queue. */
    public Optional<Duration> elapsed() {
        return Optional.ofNullable(elapsed);
    }

    /** Resident memory at the instant of measuring, in bytes. */
    public OptionalLong memoryBytes() {
        return known(memoryBytes);
    }

    /**
     * The highest memory, in bytes: of the whole job where the scheduler or a cgroup tells, otherwise of its largest
     * process. The backend's page says which.
     */
    public OptionalLong peakMemoryBytes() {
        return known(peakMemoryBytes);
    }

    /** Memory integrated over time, in byte seconds. */
    public OptionalDouble memoryByteSeconds() {
        return memoryByteSeconds < 0 ? OptionalDouble.empty() : OptionalDouble.of(memoryByteSeconds);
    }

    /** Bytes read from storage. */
    public OptionalLong readBytes() {
        return known(readBytes);
    }

    /** Bytes written to storage. */
    public OptionalLong writtenBytes() {
        return known(writtenBytes);
    }

    /** Time spent waiting for storage. */
    public Optional<Duration> ioWait() {
        return Optional.ofNullable(ioWait);
    }

    /** Energy used, in joules. */
    public OptionalDouble energyJoules() {
        return energyJoules < 0 ? OptionalDouble.empty() : OptionalDouble.of(energyJoules);
    }

    /** Time of all GPUs in use. */
    public Optional<Duration> gpuTime() {
        return Optional.ofNullable(gpuTime);
    }

    /** The highest GPU memory, in bytes. */
    public OptionalLong peakGpuMemoryBytes() {
        return known(peakGpuMemoryBytes);
    }

    /** When this was measured. */
    public Optional<Instant> measuredAt() {
        return Optional.ofNullable(measuredAt);
    }

    private static OptionalLong known(long value) {
        return value == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** A builder that begins with everything this has. */
    public Builder toBuilder() {
        Builder b = new Builder();
        b.cpuTime = cpuTime;
        b.elapsed = elapsed;
        b.memoryBytes = memoryBytes;
        b.peakMemoryBytes = peakMemoryBytes;
        b.memoryByteSeconds = memoryByteSeconds;
        b.readBytes = readBytes;
        b.writtenBytes = writtenBytes;
        b.ioWait = ioWait;
        b.energyJoules = energyJoules;
        b.gpuTime = gpuTime;
        b.peakGpuMemoryBytes = peakGpuMemoryBytes;
        b.measuredAt = measuredAt;
        return b;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResourceUsage u && toString().equals(u.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        return ("ResourceUsage[cpuTime=%s, elapsed=%s, memoryBytes=%s, peakMemoryBytes=%s, memoryByteSeconds=%s, "
                        + "readBytes=%s, writtenBytes=%s, ioWait=%s, energyJoules=%s, gpuTime=%s, "
                        + "peakGpuMemoryBytes=%s, measuredAt=%s]")
                .formatted(
                        cpuTime,
                        elapsed,
                        memoryBytes,
                        peakMemoryBytes,
                        memoryByteSeconds,
                        readBytes,
                        writtenBytes,
                        ioWait,
                        energyJoules,
                        gpuTime,
                        peakGpuMemoryBytes,
                        measuredAt);
    }

    /** Collects figures; a negative number, which no figure can be, is refused. For one thread. */
    public static final class Builder {

        private @Nullable Duration cpuTime;
        private @Nullable Duration elapsed;
        private long memoryBytes = UNKNOWN;
        private long peakMemoryBytes = UNKNOWN;
        private double memoryByteSeconds = UNKNOWN;
        private long readBytes = UNKNOWN;
        private long writtenBytes = UNKNOWN;
        private @Nullable Duration ioWait;
        private double energyJoules = UNKNOWN;
        private @Nullable Duration gpuTime;
        private long peakGpuMemoryBytes = UNKNOWN;
        private @Nullable Instant measuredAt;

        private Builder() {}

        /** CPU time of all processes, user and system. */
        public Builder cpuTime(Duration value) {
            cpuTime = notNegative("cpuTime", value);
            return this;
        }

        /** Time since the start. */
        public Builder elapsed(Duration value) {
            elapsed = notNegative("elapsed", value);
            return this;
        }

        /** Resident memory now, in bytes. */
        public Builder memoryBytes(long value) {
            memoryBytes = notNegative("memoryBytes", value);
            return this;
        }

        /** The highest memory, in bytes. */
        public Builder peakMemoryBytes(long value) {
            peakMemoryBytes = notNegative("peakMemoryBytes", value);
            return this;
        }

        /** Memory integrated over time. */
        public Builder memoryByteSeconds(double value) {
            memoryByteSeconds = notNegative("memoryByteSeconds", value);
            return this;
        }

        /** Bytes read from storage. */
        public Builder readBytes(long value) {
            readBytes = notNegative("readBytes", value);
            return this;
        }

        /** Bytes written to storage. */
        public Builder writtenBytes(long value) {
            writtenBytes = notNegative("writtenBytes", value);
            return this;
        }

        /** Time spent waiting for storage. */
        public Builder ioWait(Duration value) {
            ioWait = notNegative("ioWait", value);
            return this;
        }

        /** Energy used, in joules. */
        public Builder energyJoules(double value) {
            energyJoules = notNegative("energyJoules", value);
            return this;
        }

        /** Time of all GPUs in use. */
        public Builder gpuTime(Duration value) {
            gpuTime = notNegative("gpuTime", value);
            return this;
        }

        /** The highest GPU memory, in bytes. */
        public Builder peakGpuMemoryBytes(long value) {
            peakGpuMemoryBytes = notNegative("peakGpuMemoryBytes", value);
            return this;
        }

        /** When this was measured. */
        public Builder measuredAt(Instant value) {
            measuredAt = value;
            return this;
        }

        /** Makes the value. */
        public ResourceUsage build() {
            return new ResourceUsage(this);
        }

        private static Duration notNegative(String what, Duration value) {
            if (value.isNegative()) {
                throw new IllegalArgumentException(what + " must not be negative, was " + value);
            }
            return value;
        }

        private static long notNegative(String what, long value) {
            if (value < 0) {
                throw new IllegalArgumentException(what + " must not be negative, was " + value);
            }
            return value;
        }

        private static double notNegative(String what, double value) {
            if (!(value >= 0)) {
                throw new IllegalArgumentException(what + " must not be negative, was " + value);
            }
            return value;
        }
    }
}
