package io.hpc4j.server.cli;

import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.JobRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Tells programs from scripts, and finds the files on this machine. */
final class Payloads {

    private static final byte[] SHEBANG = {'#', '!'};

    private final Surroundings around;
    private final boolean isHere;
    private final boolean isLocal;

    Payloads(Surroundings around, ClusterUri cluster) {
        this.around = around;
        this.isHere = cluster.host().isEmpty();
        this.isLocal = cluster.backend().equals("local");
    }

    /** A script whose text is read now. */
    JobRequest.Builder script(String file) {
        if (file.equals("-")) {
            return JobRequest.script(text("standard input", around.in()));
        }
        Path path = around.workingDirectory().resolve(file);
        try (InputStream in = Files.newInputStream(path)) {
            return named(JobRequest.script(text(file, in)), path);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the script " + path + ": " + e.getMessage(), e);
        }
    }

    /** A program, or a script if the first word is a file here that looks like one. */
    JobRequest.Builder of(List<String> command) {
        Optional<Path> script = scriptAt(command.get(0));
        if (script.isEmpty()) {
            return JobRequest.command(command);
        }
        List<String> arguments = command.subList(1, command.size());
        if (arguments.isEmpty()) {
            return script(command.get(0));
        }
        if (!isHere) {
            throw new IllegalArgumentException(
                    "the script '%s' is here and not on the cluster, and only its text can be".formatted(command.get(0))
                            + " sent, without arguments; pass them by --env");
        }
        return named(JobRequest.scriptFile(script.get().toString(), arguments.toArray(String[]::new)), script.get());
    }

    private static JobRequest.Builder named(JobRequest.Builder builder, Path file) {
        String name =
                String.valueOf(file.getFileName()).replaceAll("\\p{Cntrl}", "_").strip();
        return name.isEmpty() || name.length() > JobRequest.LONGEST_NAME ? builder : builder.name(name);
    }

    private Optional<Path> scriptAt(String word) {
        try {
            Path path = around.workingDirectory().resolve(word);
            if (!Files.isRegularFile(path)) {
                return Optional.empty();
            }
            if (word.endsWith(".sh")) {
                return Optional.of(path);
            }
            try (InputStream in = Files.newInputStream(path)) {
                boolean isScript = Arrays.equals(in.readNBytes(SHEBANG.length), SHEBANG);
                return isScript && word.indexOf('/') >= 0 ? Optional.of(path) : Optional.empty();
            }
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static String text(String name, InputStream in) {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    /** The PATH of this shell, for a program without a slash; what a local cluster would use is that of its keeper. */
    Optional<String> path() {
        return Optional.ofNullable(around.env().get("PATH")).filter(p -> isLocal && !p.isEmpty());
    }

    /** Where the job shall run: as asked for, else for a cluster of this machine here, else as the cluster likes. */
    Optional<String> workingDirectory(Optional<String> wanted) {
        if (!isHere) {
            return wanted;
        }
        return Optional.of(
                around.workingDirectory().resolve(wanted.orElse("")).normalize().toString());
    }
}
