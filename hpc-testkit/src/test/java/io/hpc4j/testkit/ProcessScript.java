package io.hpc4j.testkit;

import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.Payload;
import io.hpc4j.core.RejectedJobException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The script that {@link ProcessBackend} runs for a job. */
record ProcessScript(String directory, String stdout, String stderr) {

    static final String USER = System.getProperty("user.name");

    private static final Pattern PLACEHOLDER = Pattern.compile("%([jnu%])");

    static ProcessScript of(JobRequest request, JobId id, Path folder) {
        String directory = request.workingDirectory().orElse(folder.toString());
        if (!Files.isDirectory(Path.of(directory))) {
            throw new RejectedJobException("no folder " + directory);
        }
        ProcessScript script = new ProcessScript(
                directory,
                path(directory, request.stdout().orElse(folder + "/%j.out"), request, id),
                path(directory, request.stderr().orElse(folder + "/%j.err"), request, id));
        String stdin = path(directory, request.stdin().orElse("/dev/null"), request, id);
        write(folder.resolve(id + ".sh"), script.text(stdin, request, id, command(request, id, folder, directory)));
        return script;
    }

    private String text(String stdin, JobRequest request, JobId id, List<String> command) {
        StringBuilder text = new StringBuilder("cd %s || exit 1\nmkdir -p %s %s\nexec <%s >%s "
                .formatted(
                        quoted(directory),
                        quoted(parent(stdout)),
                        quoted(parent(stderr)),
                        quoted(stdin),
                        quoted(stdout)));
        text.append(stderr.equals(stdout) ? "2>&1" : "2>" + quoted(stderr)).append('\n');
        request.environment().forEach((k, v) -> text.append("export " + k + "=" + quoted(v) + "\n"));
        text.append("export HPC_JOB_ID=" + id + " HPC_NODE=here HPC_ATTEMPT=1\n");
        String line = command.stream().map(ProcessScript::quoted).collect(Collectors.joining(" "));
        int ranks = request.launch() == JobRequest.Launch.ONCE ? 1 : request.tasks();
        String all = "WORLD_SIZE=" + ranks + " RANK=";
        if (ranks == 1) {
            return text.append("export " + all + "0\nexec " + line + "\n").toString();
        }
        for (int rank = 0; rank < ranks; rank++) {
            text.append(all + rank + " " + line + " & p" + rank + "=$!\n");
        }
        text.append("s=0\n");
        for (int rank = 0; rank < ranks; rank++) {
            text.append("wait $p" + rank + " || s=$?\n");
        }
        return text.append("exit $s\n").toString();
    }

    private static List<String> command(JobRequest request, JobId id, Path folder, String directory) {
        if (request.payload() instanceof Payload.Command c) {
            return c.arguments();
        }
        if (request.payload() instanceof Payload.ScriptFile f) {
            Path file = Path.of(directory).resolve(f.path());
            try {
                Payload.checkScript(f.path(), Files.readString(file));
            } catch (IllegalArgumentException | IOException e) {
                throw new RejectedJobException("cannot run " + file + ": " + e.getMessage(), e);
            }
            if (!Files.isExecutable(file)) {
                throw new RejectedJobException(file + " may not be executed");
            }
            return Stream.concat(Stream.of(file.toString()), f.arguments().stream())
                    .toList();
        }
        Path file = folder.resolve(id + "-script");
        write(file, ((Payload.ScriptText) request.payload()).text());
        return List.of(file.toString());
    }

    private static String path(String directory, String pattern, JobRequest request, JobId id) {
        Matcher m = PLACEHOLDER.matcher(pattern);
        String path = m.replaceAll(r -> Matcher.quoteReplacement(
                switch (r.group(1)) {
                    case "j" -> id.nativeId();
                    case "n" -> request.nameOrDefault();
                    case "u" -> USER;
                    default -> "%";
                }));
        return path.startsWith("/") ? path : directory + "/" + path;
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static void write(Path file, String text) {
        try {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
