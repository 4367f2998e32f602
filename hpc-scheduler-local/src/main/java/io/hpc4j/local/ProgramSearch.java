package io.hpc4j.local;

import io.hpc4j.core.JobRequest;
import io.hpc4j.core.Payload;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks for a job's program as its node will. */
final class ProgramSearch {

    private final JobRequest request;
    private final Map<String, String> base;

    ProgramSearch(JobRequest request, Map<String, String> base) {
        this.request = request;
        this.base = base;
    }

    /** What would become of the job for want of its program. */
    Optional<String> warning() {
        if (!(request.payload() instanceof Payload.Command command)) {
            return Optional.empty();
        }
        String program = command.arguments().get(0);
        try {
            return program.indexOf('/') >= 0 ? atItsPath(program) : inThePath(program);
        } catch (InvalidPathException e) {
            return Optional.of("the program '%s' is no path of this machine".formatted(program));
        }
    }

    private Optional<String> atItsPath(String program) {
        Path file = folder().resolve(program);
        if (!Files.exists(file)) {
            return Optional.of("there is no program %s now; the job would end with exit code 127".formatted(file));
        }
        return isProgram(file)
                ? Optional.empty()
                : Optional.of("%s is no executable file now; the job would end with exit code 126".formatted(file));
    }

    private Optional<String> inThePath(String program) {
        String path = request.environment().getOrDefault("PATH", base.getOrDefault("PATH", ""));
        boolean isThere = Stream.of(path.split(":", -1))
                .map(f -> folder().resolve(f).resolve(program))
                .anyMatch(ProgramSearch::isProgram);
        return isThere
                ? Optional.empty()
                : Optional.of("there is no program '%s' in the job's PATH, %s; the job would end with exit code 127"
                        .formatted(program, path));
    }

    private Path folder() {
        return Path.of(request.workingDirectory().orElse("/"));
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}
