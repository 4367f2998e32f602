package io.hpc4j.core.spi;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.TransportException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** One command on this machine, from its start to its end. */
final class LocalCommand {

    /** How long a finished command's output is waited for when another process still holds it. */
    private static final Duration OUTPUT_GRACE = Duration.ofSeconds(1);
    /** An empty pipe takes at least this much at once, however few pipe buffers the kernel has left for this user. */
    private static final int PIPE_TAKES = 4096;

    private static final int SHOWN = 200;

    private final CommandLine command;
    private final Process process;
    private final OutputPump stdout;
    private final OutputPump stderr;
    private final long startedAt = System.nanoTime();
    private volatile boolean abandoned;

    private LocalCommand(CommandLine command, Process process) {
        this.command = command;
        this.process = process;
        this.stdout = new OutputPump(process.getInputStream(), command.maxOutputBytes());
        this.stderr = new OutputPump(process.getErrorStream(), command.maxOutputBytes());
    }

    static LocalCommand start(CommandLine command, Executor pumps) {
        LocalCommand started = new LocalCommand(command, LocalProcessStart.start(command));
        try {
            pumps.execute(started.stdout);
            pumps.execute(started.stderr);
            started.feed(pumps);
        } catch (RejectedExecutionException e) {
            abandon(List.of(started));
        } catch (RuntimeException | Error e) {
            ProcessTree.end(started.process);
            throw e;
        }
        return started;
    }

    private void feed(Executor pumps) {
        byte[] input = command.stdin().getBytes(StandardCharsets.UTF_8);
        if (input.length <= PIPE_TAKES) {
            write(input);
        } else {
            pumps.execute(() -> write(input));
        }
    }

    private void write(byte[] input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
        } catch (IOException e) {
            // the command ended, or closed its input, before it had read all: its own business
        }
    }

    /** Waits for the end; whatever else happens, the command does not outlive this call. */
    CommandResult await() {
        try {
            if (!process.waitFor(TimeUnit.NANOSECONDS.convert(command.timeout()), TimeUnit.NANOSECONDS)) {
                ProcessTree.end(process);
                throw new TransportException("%s did not end within %s; it and its children were ended%s"
                        .formatted(shown(command), command.timeout(), lastWords()));
            }
            if (abandoned) {
                throw new TransportException(
                        "%s was ended: the transport was closed while it ran".formatted(shown(command)));
            }
            awaitOutput();
        } catch (InterruptedException e) {
            ProcessTree.end(process);
            Thread.currentThread().interrupt();
            throw new TransportException("%s was ended: its thread was interrupted".formatted(shown(command)), e);
        }
        return result();
    }

    private void awaitOutput() throws InterruptedException {
        long deadline = System.nanoTime() + OUTPUT_GRACE.toNanos();
        stdout.awaitEnd(deadline - System.nanoTime());
        stderr.awaitEnd(deadline - System.nanoTime());
    }

    private CommandResult result() {
        return new CommandResult(
                ExitStatus.ofCode(process.exitValue()),
                stdout.text(),
                stderr.text(),
                stdout.isTruncated() || stderr.isTruncated(),
                Duration.ofNanos(System.nanoTime() - startedAt));
    }

    /** Ends commands because nobody will read their answers. */
    static void abandon(Collection<LocalCommand> commands) {
        commands.forEach(c -> c.abandoned = true);
        ProcessTree.end(commands.stream().map(c -> c.process).toList());
    }

    private String lastWords() {
        String words = stderr.text().strip();
        return words.isEmpty() ? "" : "; its last words: " + cut(words.substring(Math.max(0, words.length() - SHOWN)));
    }

    /** The command in quotes, cut, fit for a message. */
    static String shown(CommandLine command) {
        return "'" + cut(command.toString()) + "'";
    }

    private static String cut(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }
}
