package io.hpc4j.store;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore.Binding;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A process of its own that has a database open, and writes into it until it is killed. */
final class Child {

    static final String CLUSTER = "slurm:";

    /** How many jobs are recorded, bound and ended together. */
    static final int TOGETHER = 20;

    private Child() {}

    /** Takes the address of a database, and {@code hold} or {@code write}. */
    public static void main(String[] args) throws IOException {
        try (JdbcJobStore store = JdbcJobStore.connect(args[0])) {
            System.out.println("open");
            if (args[1].equals("hold")) {
                System.in.read();
            }
            for (int round = Integer.parseInt(args[2]); ; round++) {
                write(store, round);
                System.out.println(round); // only now is it promised to be there
            }
        }
    }

    private static void write(JdbcJobStore store, int round) {
        List<String> keys =
                IntStream.range(0, TOGETHER).mapToObj(i -> round + "-" + i).toList();
        store.recordIntents(
                CLUSTER,
                keys.stream()
                        .map(key -> JobRequest.command("true").key(key).build())
                        .toList(),
                Instant.now());
        store.bind(
                CLUSTER,
                keys.stream().map(key -> new Binding(key, JobId.of("j" + key))).toList());
        store.update(CLUSTER, keys.stream().map(Child::ended).toList());
    }

    static Job ended(String key) {
        return Job.builder(JobId.of("j" + key), JobState.COMPLETED)
                .key(key)
                .endedAt(Instant.now())
                .labels(Map.of("round", key.substring(0, key.indexOf('-'))))
                .build();
    }

    static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static BufferedReader reader(Process child) {
        return child.inputReader(StandardCharsets.UTF_8);
    }
}
