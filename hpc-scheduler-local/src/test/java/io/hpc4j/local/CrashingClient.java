package io.hpc4j.local;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of its own that uses a local cluster and may be killed at any moment.
 *
 * <p>{@code hold URI}: opens it, says {@code open}, and waits for its end. {@code run URI FOLDER COUNT}: submits jobs by
 * keys that stay the same, and waits for all of them. {@code submit URI FOLDER KEY SWITCH}: makes the folder that says
 * that its steps count from now on, and submits one job.
 */
final class CrashingClient {

    private CrashingClient() {}

    static Process start(List<String> arguments) throws IOException {
        return new ProcessBuilder(command(arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath(),
                CrashingClient.class.getName()));
        command.addAll(arguments);
        return command;
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator);
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("submit")) {
            submit(arguments[1], arguments[2], arguments[3], Path.of(arguments[4]));
            return;
        }
        try (Cluster cluster = Cluster.connect(arguments[1])) {
            System.out.println("open");
            if (arguments[0].equals("hold")) {
                int unused = System.in.read();
            } else {
                run(cluster, arguments[2], Integer.parseInt(arguments[3]));
                System.out.println("done");
            }
        }
    }

    private static void submit(String uri, String folder, String key, Path switchOn) throws IOException {
        Files.createDirectory(switchOn);
        try (Cluster cluster = Cluster.connect(uri)) {
            JobHandle job = cluster.submit(SubmitCrashPointsIT.request(folder, key));
            System.out.println("submitted " + job.id());
        }
    }

    private static void run(Cluster cluster, String folder, int count) throws Exception {
        List<JobHandle> jobs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            jobs.add(cluster.submit(job(folder, i)));
        }
        for (JobHandle job : jobs) {
            job.await(Duration.ofMinutes(2));
        }
    }

    static JobRequest job(String folder, int number) {
        return JobRequest.command(
                        "/bin/sh", "-c", "echo $1 >> ran; sleep 0.02; exit " + number % 100, "sh", "" + number)
                .workingDirectory(folder)
                .stdout("/dev/null")
                .stderr("/dev/null")
                .key("job-" + number)
                .build();
    }
}
