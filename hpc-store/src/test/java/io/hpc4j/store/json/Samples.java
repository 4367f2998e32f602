package io.hpc4j.store.json;

import io.hpc4j.core.Dependency;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A request and a job in which every field is set, and not to what it would be anyway. */
final class Samples {

    private Samples() {}

    static Job job() {
        return Job.builder(JobId.of("141_7"), JobState.UNKNOWN)
                .rawState("SIGNALING")
                .name("hostile \"name\"\n\u0000 \u20ac \ud83d\ude00 \ud800 \u2028")
                .owner("ada")
                .queue("debug")
                .account("physics")
                .key("k-1")
                .arrayId(JobId.of("141"))
                .arrayIndex(0)
                .reason("because")
                .exitStatus(new ExitStatus(0, 9))
                .submittedAt(Instant.parse("2026-03-01T10:00:00.000000001Z"))
                .startedAt(Instant.parse("2026-03-01T10:00:01Z"))
                .endedAt(Instant.parse("2026-03-01T10:00:02.5Z"))
                .walltime(Duration.ofHours(2))
                .workingDirectory("/tmp/x y")
                .stdout("/tmp/o")
                .stderr("/tmp/e")
                .attempt(3)
                .slots(12)
                .nodes(List.of("n1", "n2"))
                .labels(Map.of("a", "1", "b", ""))
                .usage(usage())
                .build();
    }

    private static ResourceUsage usage() {
        return ResourceUsage.builder()
                .cpuTime(Duration.ofNanos(1))
                .elapsed(Duration.ofMillis(1500))
                .memoryBytes(0)
                .peakMemoryBytes(Long.MAX_VALUE)
                .memoryByteSeconds(1.5e18)
                .readBytes(1)
                .writtenBytes(2)
                .ioWait(Duration.ofDays(400))
                .energyJoules(0.1)
                .gpuTime(Duration.ZERO)
                .peakGpuMemoryBytes(5)
                .measuredAt(Instant.parse("2026-03-01T10:00:02Z"))
                .build();
    }

    static JobRequest request() {
        return JobRequest.command("sh", "-c", "echo \"$X\"\n", "", "\ud800 \ud83d\ude00")
                .launch(JobRequest.Launch.ONCE)
                .name("n")
                .workingDirectory("/w")
                .nodes(2)
                .tasks(5)
                .cpusPerTask(3)
                .memoryPerNodeBytes(1L << 40)
                .gpusPerNode(1)
                .gpuType("a100")
                .walltime(Duration.ofMillis(1500))
                .queue("q")
                .account("a")
                .environment("X", "\u0001\n=\u20ac")
                .environment("EMPTY", "")
                .module("gcc/12")
                .module("openmpi")
                .stdin("i")
                .stdout("o%j")
                .stderr("e")
                .mail("ada@example.org", JobRequest.MailEvent.FAIL)
                .dependsOn(Dependency.Type.AFTER_START, JobId.of("3"))
                .dependsOn(Dependency.Type.AFTER_OK, JobId.of("4"))
                .beginAt(Instant.parse("2026-03-01T10:00:00Z"))
                .priority(-1)
                .exclusive(true)
                .held(true)
                .retryOn(JobState.NODE_FAILED, 2)
                .nativeOption("slurm", "--a")
                .nativeOption("slurm", "--b")
                .nativeOption("sge", "-x")
                .key("k")
                .label("l", "v")
                .build();
    }

    static JobRequest script() {
        return JobRequest.script("#!/bin/sh\n\u20ac\n").key("script").build();
    }

    static JobRequest scriptFile() {
        return JobRequest.scriptFile("/a b.sh", "x", "").key("file").build();
    }
}
