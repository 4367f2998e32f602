package io.hpc4j.server.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What this process's standard streams are connected to. */
final class Terminal {

    private static final Pattern DEVICE = Pattern.compile("/dev/(pts/\\d+|tty.*|console)");
    private static final Pattern SIZE = Pattern.compile("(\\d+) (\\d+)");
    private static final File DEV_TTY = new File("/dev/tty");
    private static final int DEFAULT_WIDTH = 80;
    private static final int DEFAULT_HEIGHT = 24;

    private Terminal() {}

    /** Whether a stream of this process (0, 1 or 2) is a terminal. */
    static boolean isTerminal(int descriptor) {
        try {
            return DEVICE.matcher(Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                            .toString())
                    .matches();
        } catch (IOException | UnsupportedOperationException e) {
            return isTerminalByTest(descriptor);
        }
    }

    private static boolean isTerminalByTest(int descriptor) {
        try {
            return new ProcessBuilder("test", "-t", Integer.toString(descriptor))
                            .inheritIO()
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Rows and columns of the terminal. */
    record Size(int rows, int columns) {}

    static Size size(Map<String, String> env) {
        try {
            Matcher known = SIZE.matcher(stty("size").strip());
            if (known.matches() && Integer.parseInt(known.group(2)) > 0) {
                return new Size(Integer.parseInt(known.group(1)), Integer.parseInt(known.group(2)));
            }
        } catch (IOException e) {
            return new Size(number(env.get("LINES"), DEFAULT_HEIGHT), number(env.get("COLUMNS"), DEFAULT_WIDTH));
        }
        return new Size(number(env.get("LINES"), DEFAULT_HEIGHT), number(env.get("COLUMNS"), DEFAULT_WIDTH));
    }

    private static int number(@Nullable String text, int otherwise) {
        return text != null && text.matches("[1-9]\\d{0,4}") ? Integer.parseInt(text) : otherwise;
    }

    /** Reads keys one by one and unseen, until closed. */
    static AutoCloseable singleKeys() throws IOException {
        String before = stty("-g").strip();
        Thread restore = new Thread(() -> restore(before), "hpc-restore-terminal");
        Runtime.getRuntime().addShutdownHook(restore);
        stty("-icanon", "-echo", "min", "0", "time", "0");
        return () -> {
            restore(before);
            Runtime.getRuntime().removeShutdownHook(restore);
        };
    }

    private static void restore(String settings) {
        try {
            stty(settings);
        } catch (IOException e) {
            System.err.println("hpc: the terminal could not be set back; run: stty sane");
        }
    }

    private static String stty(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectInput(DEV_TTY)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("stty failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return out;
    }
}
