package io.hpc4j.store.json;

import io.hpc4j.core.Dependency;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.Payload;
import io.hpc4j.core.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Requests and jobs of any kind, with texts that are hard to write. */
final class Any {

    private static final String[] HARD = {
        "\"",
        "\\",
        "\u0000",
        "\n",
        "\r",
        "\t",
        "\u007f",
        "\u2028",
        "\ufeff",
        "\ud800",
        "\udc00",
        "\ud83d\ude00",
        "\ufffe",
        "\u20ac",
        "a",
        "Z",
        "%%",
        " ",
        "</script>",
        "\\ud800",
        "'",
        "$(x)",
        "\u00e4",
        "{",
        "]",
        ","
    };

    private static final long LAST_SECOND = Instant.MAX.getEpochSecond();

    private final Random random;

    private Any(Random random) {
        this.random = random;
    }

    static Arbitrary<JobRequest> request() {
        return Arbitraries.randomValue(random -> new Any(random).anyRequest());
    }

    static Arbitrary<Job> job() {
        return Arbitraries.randomValue(random -> new Any(random).anyJob());
    }

    static Arbitrary<String> text() {
        return Arbitraries.randomValue(random -> new Any(random).anyText());
    }

    private boolean maybe() {
        return random.nextBoolean();
    }

    private String anyText() {
        StringBuilder out = new StringBuilder();
        IntStream.range(0, random.nextInt(12)).forEach(i -> out.append(HARD[random.nextInt(HARD.length)]));
        return out.toString();
    }

    private String withoutNul() {
        return anyText().replace("\u0000", "");
    }

    private String oneLine() {
        return withoutNul().replace("\n", "").replace("\r", "");
    }

    /** One line that is not blank. */
    private String word() {
        return "w" + oneLine();
    }

    private int count() {
        return 1 + random.nextInt(maybe() ? 3 : 20_000);
    }

    private List<String> texts() {
        return IntStream.range(0, random.nextInt(4)).mapToObj(i -> withoutNul()).toList();
    }

    /** Half a surrogate pair is not read back in a name. */
    private String name() {
        return oneLine().replaceAll("[\ud800-\udfff]", "");
    }

    private double fraction() {
        double any = Double.longBitsToDouble(random.nextLong() >>> 1);
        return Double.isNaN(any) ? Double.POSITIVE_INFINITY : any;
    }

    private Duration duration() {
        return Duration.ofSeconds(random.nextLong() >>> (1 + random.nextInt(60)), 1 + random.nextInt(999_999_999));
    }

    private Instant instant() {
        return Instant.ofEpochSecond(random.nextLong() % LAST_SECOND, random.nextInt(1_000_000_000));
    }

    private <E extends Enum<E>> E one(Class<E> type) {
        return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
    }

    private JobId id() {
        return JobId.of(("j" + anyText()).replaceAll("[\\x00-\\x20\\x7f]", "_"));
    }

    // ---------------------------------------------------------------- requests

    private Payload payload() {
        return switch (random.nextInt(3)) {
            case 0 ->
                new Payload.Command(IntStream.rangeClosed(0, random.nextInt(4))
                        .mapToObj(i -> i == 0 ? "p" + withoutNul() : withoutNul())
                        .toList());
            case 1 -> new Payload.ScriptText("#!" + withoutNul().replace("\r", ""));
            default -> new Payload.ScriptFile(word(), texts());
        };
    }

    private JobRequest anyRequest() {
        int nodes = count();
        JobRequest.Builder out = JobRequest.of(payload()).nodes(nodes);
        when(() -> out.launch(one(JobRequest.Launch.class)));
        when(() -> out.name(word()));
        when(() -> out.workingDirectory(word()));
        when(() -> out.tasks(nodes + random.nextInt(3)));
        when(() -> out.cpusPerTask(count()));
        when(() -> out.memoryPerNodeBytes(1 + (random.nextLong() >>> (1 + random.nextInt(60)))));
        when(() -> out.gpusPerNode(1 + random.nextInt(8)).gpuType(word()));
        when(() -> out.walltime(duration()));
        when(() -> out.queue(word()));
        when(() -> out.account(word()));
        when(() -> out.environment("V_" + random.nextInt(9), withoutNul()).environment("E", ""));
        when(() -> out.module(word()).module(word()));
        when(() -> out.stdin(word()));
        when(() -> out.stdout(word() + "%j"));
        when(() -> out.stderr(word() + "%a"));
        when(() -> out.mail("ada@example.org", one(JobRequest.MailEvent.class)));
        when(() -> out.dependsOn(one(Dependency.Type.class), id(), id()));
        when(() -> out.beginAt(instant()));
        when(() -> out.priority(random.nextInt()));
        when(() -> out.exclusive(maybe()).held(maybe()));
        when(() -> out.retryOn(JobState.NODE_FAILED, count()).retryOn(JobState.FAILED, 1));
        when(() -> out.nativeOption(name(), oneLine()).nativeOption("slurm", oneLine()));
        when(() -> out.key("k" + random.nextInt(1000)));
        when(() -> out.label("l" + name(), oneLine()).label("b", ""));
        return out.build();
    }

    private void when(Runnable set) {
        if (maybe()) {
            set.run();
        }
    }

    // ---------------------------------------------------------------- jobs

    private Job anyJob() {
        Job.Builder out = Job.builder(id(), one(JobState.class));
        when(() -> out.rawState(anyText()));
        when(() -> out.name(anyText()).owner(anyText()));
        when(() -> out.queue(anyText()));
        when(() -> out.account(anyText()));
        when(() -> out.key(anyText()));
        when(() -> out.arrayId(id()).arrayIndex(random.nextInt(Integer.MAX_VALUE)));
        when(() -> out.reason(anyText()));
        when(() -> out.exitStatus(new ExitStatus(random.nextInt(256), random.nextInt(128))));
        when(() -> out.submittedAt(instant()));
        when(() -> out.startedAt(instant()));
        when(() -> out.endedAt(instant()));
        when(() -> out.walltime(duration()));
        when(() -> out.workingDirectory(anyText()));
        when(() -> out.stdout(anyText()).stderr(anyText()));
        when(() -> out.attempt(random.nextInt()).slots(random.nextInt()));
        when(() -> out.nodes(texts()));
        when(() -> out.labels(Map.of(name(), anyText())));
        when(() -> out.usage(usage()));
        return out.build();
    }

    private ResourceUsage usage() {
        ResourceUsage.Builder out = ResourceUsage.builder();
        when(() -> out.cpuTime(duration()));
        when(() -> out.elapsed(duration()));
        when(() -> out.memoryBytes(random.nextLong() >>> 1));
        when(() -> out.peakMemoryBytes(random.nextLong() >>> 1));
        when(() -> out.memoryByteSeconds(Math.abs(random.nextGaussian()) * 1e20));
        when(() -> out.readBytes(random.nextInt(3)).writtenBytes(random.nextLong() >>> 1));
        when(() -> out.ioWait(duration()));
        when(() -> out.energyJoules(fraction()));
        when(() -> out.gpuTime(Duration.ZERO));
        when(() -> out.peakGpuMemoryBytes(0));
        when(() -> out.measuredAt(instant()));
        return out.build();
    }
}
