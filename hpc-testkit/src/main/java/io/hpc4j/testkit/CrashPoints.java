package io.hpc4j.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Kills a process with {@code SIGKILL} at one of its steps, to see what it leaves behind. A step is a call, by whichever
 * of its threads, that changes something outside the process: it writes, creates, renames or removes a file, connects, or
 * sends. Steps count from the moment when the process makes the folder {@link #switchOn()}. For Linux; needs {@code cc},
 * since a small library of C that is loaded before all others does the counting.
 *
 * <pre>{@code
 * CrashPoints points = CrashPoints.compile(folder);
 * for (int step = 1; points.run(command, step, Moment.AFTER).isKilled(); step++) {
 *     … look at what is left
 * }
 * }</pre>
 */
public final class CrashPoints {

    private static final int KILLED = 137;

    private final Path folder;
    private final Path library;
    private int runs;

    /** When, at a step, the process is killed. */
    public enum Moment {
        /** The step is not done. */
        BEFORE,
        /** Half the bytes are written; a step that writes nothing is done. */
        HALF,
        /** The step is done, and nobody has seen its result. */
        AFTER
    }

    /**
     * What became of one process.
     *
     * @param exitCode its exit code
     * @param stdout what it printed
     * @param steps what it did, up to the step where it was killed
     */
    public record Run(int exitCode, String stdout, List<String> steps) {

        /** Copies the list. */
        public Run {
            steps = List.copyOf(steps);
        }

        /** Whether it was killed, rather than there were fewer steps. */
        public boolean isKilled() {
            return exitCode == KILLED;
        }

        /** The last step that it did or was about to do. */
        public String lastStep() {
            return steps.isEmpty() ? "none" : steps.get(steps.size() - 1);
        }
    }

    private CrashPoints(Path folder, Path library) {
        this.folder = folder;
        this.library = library;
    }

    /**
     * Compiles the library.
     *
     * @param folder an empty folder for the library, logs and the switch
     * @throws IOException if there is no {@code cc}, or it fails
     */
    public static CrashPoints compile(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("crash.c");
        try (InputStream text = CrashPoints.class.getResourceAsStream("crash.c")) {
            Files.copy(Objects.requireNonNull(text, "crash.c is missing in the jar"), source);
        }
        Path library = folder.resolve("crash.so");
        Process cc = new ProcessBuilder(
                        "cc", "-shared", "-fPIC", "-O1", "-o", library.toString(), source.toString(), "-ldl")
                .redirectErrorStream(true)
                .start();
        String words = new String(cc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (cc.waitFor() != 0) {
            throw new IOException("cc cannot compile crash.c: " + words);
        }
        return new CrashPoints(folder, library);
    }

    /** The folder that the process makes to say that its steps count from now on; removed after each run. */
    public Path switchOn() {
        return folder.resolve("switch");
    }

    /**
     * Runs a process to its end, or to its death.
     *
     * @param step the number of the step where it is killed, from 1; 0 lets it live
     */
    public Run run(List<String> command, int step, Moment moment) throws IOException, InterruptedException {
        Path log = folder.resolve("steps-" + ++runs);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .putAll(Map.of(
                        "LD_PRELOAD", library.toString(),
                        "CRASH_AT", Integer.toString(step),
                        "CRASH_MOMENT", moment.name(),
                        "CRASH_LOG", log.toString(),
                        "CRASH_SWITCH", switchOn().toString()));
        Process process = builder.start();
        process.getOutputStream().close();
        String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        List<String> steps = new ArrayList<>();
        if (Files.exists(log)) {
            Files.readAllLines(log).forEach(line -> steps.add(words(line)));
        }
        Files.deleteIfExists(switchOn());
        return new Run(exitCode, stdout, steps);
    }

    /** {@code 3 write /state/journal 812}, with the folder's own path left out. */
    private static String words(String line) {
        String[] fields = line.split("\t", -1);
        String bytes = fields[3].equals("0") ? "" : " (" + fields[3] + " bytes)";
        return fields[1] + " " + fields[2].replaceFirst("^socket:.*", "socket") + bytes;
    }
}
