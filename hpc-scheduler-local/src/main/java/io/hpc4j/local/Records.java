package io.hpc4j.local;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.JobState;
import io.hpc4j.core.ResourceUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes and reads the records of the journal: a letter that says what happened, then fields in a fixed order. */
final class Records {

    /** Fields of a record: the letter first. */
    static final String NEXT_NUMBER = "I";

    static final String ENVIRONMENT = "V";
    static final String JOB = "J";
    static final String ARRAY = "A";
    static final String START = "D";
    static final String STAGE = "G";
    static final String END = "E";
    static final String AGAIN = "N";
    static final String HOLD = "H";
    static final String RELEASE = "L";
    static final String STOP = "C";
    static final String SUSPEND = "Z";
    static final String RESUME = "U";

    private static final String NONE = "-";

    private Records() {}

    static String nextNumber(long number) {
        return NEXT_NUMBER + "\t" + number;
    }

    static String environment(int number, Map<String, String> variables) {
        List<String> fields = new ArrayList<>(List.of(ENVIRONMENT, Integer.toString(number)));
        variables.forEach((name, value) -> fields.add(name + "=" + value));
        return Lines.join(fields);
    }

    static String job(LocalJob job) {
        List<String> fields = new ArrayList<>(16);
        fields.add(JOB);
        common(job, fields);
        return Lines.join(fields);
    }

    static String array(JobArray array) {
        List<String> fields = new ArrayList<>(16);
        fields.add(ARRAY);
        fields.add(array.range.toString());
        common(array.tasks.get(0), fields);
        return Lines.join(fields);
    }

    private static void common(LocalJob job, List<String> fields) {
        fields.add(Long.toString(job.number));
        fields.add(Long.toString(job.submittedMillis));
        fields.add(Integer.toString(job.environment));
        RequestCodec.encode(job.request, fields);
    }

    static String start(Run run) {
        return START + "\t" + run(run);
    }

    /** The node may start it; whether it has, only the node knows. */
    static String stage(Run run) {
        return STAGE + "\t" + run(run);
    }

    private static String run(Run run) {
        List<String> gpus = new ArrayList<>();
        run.gpus.forEach(node -> gpus.add(
                String.join(".", IntStream.of(node).mapToObj(Integer::toString).toList())));
        return run.job.id + "\t" + run.attempt + "\t" + run.orderedMillis + "\t" + run.port + "\t" + run.placement
                + "\t" + (gpus.isEmpty() ? NONE : String.join(",", gpus));
    }

    static String end(LocalJob job, JobEnd end) {
        ExitStatus exit = end.exit();
        ResourceUsage usage = end.usage();
        return Lines.join(List.of(
                END,
                job.id.nativeId(),
                Integer.toString(job.attempt),
                end.state().name(),
                exit == null ? NONE : exit.code() + "." + exit.signal(),
                Long.toString(end.startedMicros()),
                Long.toString(end.endedMicros()),
                end.placement() == null ? NONE : end.placement().toString(),
                usage.cpuTime().map(d -> Long.toString(d.toNanos() / 1000)).orElse(NONE),
                Long.toString(usage.peakMemoryBytes().orElse(-1)),
                Double.toString(usage.memoryByteSeconds().orElse(-1)),
                Long.toString(usage.readBytes().orElse(-1)),
                Long.toString(usage.writtenBytes().orElse(-1)),
                usage.ioWait().map(d -> Long.toString(d.toNanos() / 1000)).orElse(NONE),
                end.reason() == null ? "" : end.reason()));
    }

    static JobEnd readEnd(List<String> fields) {
        String[] exit = fields.get(4).split("\\.", -1);
        long started = Long.parseLong(fields.get(5));
        long ended = Long.parseLong(fields.get(6));
        String reason = fields.get(14);
        return new JobEnd(
                JobState.valueOf(fields.get(3)),
                exit.length < 2 ? null : new ExitStatus(Integer.parseInt(exit[0]), Integer.parseInt(exit[1])),
                reason.isEmpty() ? null : reason,
                started,
                ended,
                fields.get(7).equals(NONE) ? null : readPlacement(fields.get(7)),
                readUsage(fields, started, ended));
    }

    private static ResourceUsage readUsage(List<String> fields, long started, long ended) {
        if (fields.get(8).equals(NONE)) {
            return ResourceUsage.NONE;
        }
        ResourceUsage.Builder usage = ResourceUsage.builder()
                .cpuTime(Duration.ofNanos(Long.parseLong(fields.get(8)) * 1000))
                .elapsed(Micros.between(started, ended))
                .measuredAt(Micros.instant(ended));
        long peak = Long.parseLong(fields.get(9));
        double byteSeconds = Double.parseDouble(fields.get(10));
        long read = Long.parseLong(fields.get(11));
        long written = Long.parseLong(fields.get(12));
        if (peak >= 0) {
            usage.peakMemoryBytes(peak);
        }
        if (byteSeconds >= 0) {
            usage.memoryByteSeconds(byteSeconds);
        }
        if (read >= 0) {
            usage.readBytes(read);
        }
        if (written >= 0) {
            usage.writtenBytes(written);
        }
        if (!fields.get(13).equals(NONE)) {
            usage.ioWait(Duration.ofNanos(Long.parseLong(fields.get(13)) * 1000));
        }
        return usage.build();
    }

    /** The job waits for the attempt that it has the number of now; {@code cause} is the end that it is run again after, or {@code null} if
     * that was asked for.
     */
    static String again(LocalJob job, @Nullable JobState cause) {
        return AGAIN + "\t" + job.id + "\t" + (cause == null ? NONE : cause.name()) + "\t" + job.attempt;
    }

    static boolean isCause(String field) {
        return !field.equals(NONE);
    }

    static String about(String letter, LocalJob job) {
        return letter + "\t" + job.id;
    }

    /** A running job is to be ended, to be cancelled or queued again. */
    static String stop(LocalJob job, String why) {
        return STOP + "\t" + job.id + "\t" + why;
    }

    static Placement readPlacement(String text) {
        String[] parts = text.split(",", -1);
        int[] nodes = new int[parts.length];
        int[] tasks = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            int colon = parts[i].indexOf(':');
            nodes[i] = Integer.parseInt(parts[i].substring(0, colon));
            tasks[i] = Integer.parseInt(parts[i].substring(colon + 1));
        }
        return new Placement(nodes, tasks);
    }

    static List<int[]> readGpus(String text) {
        List<int[]> gpus = new ArrayList<>();
        if (!text.equals(NONE)) {
            for (String node : text.split(",", -1)) {
                gpus.add(List.of(node.split("\\.", -1)).stream()
                        .mapToInt(Integer::parseInt)
                        .toArray());
            }
        }
        return gpus;
    }
}
