package io.hpc4j.core.spi;

import io.hpc4j.core.TransportException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Starts processes on this machine, and says in words why one cannot be started. */
final class LocalProcessStart {

    private static final String LOCALE = "C.UTF-8";
    /** What the JDK encodes arguments and variables with: the locale's charset. */
    private static final Charset ARGUMENTS = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private LocalProcessStart() {}

    static Process start(CommandLine command) {
        refuseWhatCannotBeEncoded(command);
        ProcessBuilder builder = new ProcessBuilder(resolved(command));
        command.workingDirectory().map(d -> Path.of(d).toFile()).ifPresent(builder::directory);
        setLocale(builder.environment(), command.environment());
        builder.environment().putAll(command.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            String words = "cannot run %s: %s".formatted(LocalCommand.shown(command), reason(command, e));
            throw isShortOfResources(e) ? new TransportException(words, e) : TransportException.permanent(words, e);
        }
    }

    /** EAGAIN and ENOMEM of Linux, as the JDK words them. */
    private static boolean isShortOfResources(IOException e) {
        String words = String.valueOf(e.getMessage());
        return words.contains("error=11,") || words.contains("error=12,");
    }

    private static void setLocale(Map<String, String> environment, Map<String, String> asked) {
        boolean own = asked.keySet().stream().anyMatch(v -> v.equals("LANG") || v.startsWith("LC_"));
        environment.keySet().removeIf(v -> v.startsWith("LC_") || v.equals("LANGUAGE"));
        environment.put("LANG", LOCALE);
        if (!own) {
            environment.put("LC_ALL", LOCALE); // which overrides all others
        }
    }

    /** The JDK would replace each letter that it cannot encode by a question mark and run that. */
    private static void refuseWhatCannotBeEncoded(CommandLine command) {
        if (ARGUMENTS.equals(StandardCharsets.UTF_8)) {
            return;
        }
        List<String> words = new ArrayList<>(command.arguments());
        words.addAll(command.environment().values());
        if (!words.stream().allMatch(ARGUMENTS.newEncoder()::canEncode)) {
            throw TransportException.permanent(
                    "cannot run %s: this JVM encodes arguments as %s, which lacks some of its letters; start Java with the variable LC_ALL=C.UTF-8"
                            .formatted(LocalCommand.shown(command), ARGUMENTS),
                    null);
        }
    }

    /** The JDK looks programs up in its own PATH: where the command brings one, the path is put before the program. */
    private static List<String> resolved(CommandLine command) {
        String program = command.arguments().get(0);
        String path = command.environment().get("PATH");
        if (path == null || program.indexOf('/') >= 0) {
            return command.arguments();
        }
        String found = find(program, path)
                .orElseThrow(() -> TransportException.permanent(
                        "cannot run %s: %s".formatted(LocalCommand.shown(command), notOnPath(program, path)), null));
        List<String> arguments = new ArrayList<>(command.arguments());
        arguments.set(0, found);
        return arguments;
    }

    private static Optional<String> find(String program, String path) {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(path)
                .map(folder -> Path.of(folder.isEmpty() ? "." : folder, program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .map(Path::toString)
                .map(file -> file.indexOf('/') < 0 ? "./" + file : file)
                .findFirst();
    }

    private static String notOnPath(String program, String path) {
        return "there is no program '%s' on the PATH (%s); install it, or give its full path".formatted(program, path);
    }

    private static String reason(CommandLine command, IOException failure) {
        return command.workingDirectory()
                .flatMap(LocalProcessStart::directoryReason)
                .or(() -> programReason(command))
                .orElse(String.valueOf(failure.getMessage()));
    }

    private static Optional<String> directoryReason(String directory) {
        Path path = Path.of(directory);
        if (!Files.exists(path)) {
            return Optional.of("the working directory '%s' does not exist; make it first".formatted(directory));
        }
        if (!Files.isDirectory(path)) {
            return Optional.of("the working directory '%s' is not a folder".formatted(directory));
        }
        if (!Files.isExecutable(path)) {
            return Optional.of("the working directory '%s' may not be entered by this user".formatted(directory));
        }
        return Optional.empty();
    }

    private static Optional<String> programReason(CommandLine command) {
        String program = command.arguments().get(0);
        if (program.indexOf('/') < 0) {
            String path = System.getenv().getOrDefault("PATH", "");
            return find(program, path).isPresent() ? Optional.empty() : Optional.of(notOnPath(program, path));
        }
        Path file = Path.of(command.workingDirectory().orElse("")).resolve(program);
        if (!Files.exists(file)) {
            return Optional.of("the program '%s' does not exist".formatted(file));
        }
        if (!Files.isRegularFile(file)) {
            return Optional.of("'%s' is not a file".formatted(file));
        }
        if (!Files.isExecutable(file)) {
            return Optional.of("'%s' is not executable; allow it with: chmod +x '%s'".formatted(file, file));
        }
        return Optional.of(
                "'%s' could not be started; if it is a script, does the interpreter after #! exist?".formatted(file));
    }
}
