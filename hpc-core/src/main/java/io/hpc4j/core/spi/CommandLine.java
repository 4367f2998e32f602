package io.hpc4j.core.spi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command to run: a program with its arguments, each handed over byte for byte. The locale of every command is
 * {@code C.UTF-8} as far as its environment does not say otherwise.
 *
 * @param arguments the program and its arguments; not empty
 * @param environment variables added to the transport's own
 * @param workingDirectory where it runs; the transport's own place if empty
 * @param stdin what it reads
 * @param timeout after this it is ended, with its children
 * @param maxOutputBytes of each of stdout and stderr no more than this is kept, the rest is read and thrown away
 */
public record CommandLine(
        List<String> arguments,
        Map<String, String> environment,
        Optional<String> workingDirectory,
        String stdin,
        Duration timeout,
        int maxOutputBytes) {

    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(60);
    private static final int USUAL_OUTPUT = 64 << 20;

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if there is no program, an argument contains NUL, or a limit is not positive
     */
    public CommandLine {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        if (arguments.isEmpty() || arguments.get(0).isEmpty()) {
            throw new IllegalArgumentException("a command needs a program, was " + arguments);
        }
        if (arguments.stream().anyMatch(a -> a.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("an argument of " + arguments.get(0) + " contains NUL");
        }
        if (environment.toString().indexOf('\0') >= 0
                || workingDirectory.orElse("").indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "the environment or working directory of " + arguments.get(0) + " contains NUL");
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must be positive, was " + timeout);
        }
        if (maxOutputBytes < 1) {
            throw new IllegalArgumentException("maxOutputBytes must be at least 1, was " + maxOutputBytes);
        }
    }

    /** A command with no input, a minute of time and 64 MiB of output. */
    public static CommandLine of(String program, String... arguments) {
        List<String> all = new ArrayList<>();
        all.add(program);
        all.addAll(List.of(arguments));
        return of(all);
    }

    /** A command with no input, a minute of time and 64 MiB of output. */
    public static CommandLine of(List<String> arguments) {
        return new CommandLine(arguments, Map.of(), Optional.empty(), "", USUAL_TIMEOUT, USUAL_OUTPUT);
    }

    /** The same command with one more variable. */
    public CommandLine withEnvironment(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put(name, value);
        return new CommandLine(arguments, all, workingDirectory, stdin, timeout, maxOutputBytes);
    }

    /** The same command somewhere else. */
    public CommandLine withWorkingDirectory(String path) {
        return new CommandLine(arguments, environment, Optional.of(path), stdin, timeout, maxOutputBytes);
    }

    /** The same command with this to read. */
    public CommandLine withStdin(String text) {
        return new CommandLine(arguments, environment, workingDirectory, text, timeout, maxOutputBytes);
    }

    /** The same command with this time. */
    public CommandLine withTimeout(Duration limit) {
        return new CommandLine(arguments, environment, workingDirectory, stdin, limit, maxOutputBytes);
    }

    /** The same command with this much output. */
    public CommandLine withMaxOutputBytes(int limit) {
        return new CommandLine(arguments, environment, workingDirectory, stdin, timeout, limit);
    }

    /** The program and its arguments, for a message; no environment and no input, which may be secret. */
    @Override
    public String toString() {
        return String.join(" ", arguments);
    }
}
