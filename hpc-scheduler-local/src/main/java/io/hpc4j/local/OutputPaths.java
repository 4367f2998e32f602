package io.hpc4j.local;

import io.hpc4j.core.JobRequest;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where a job reads and writes. */
final class OutputPaths {

    private static final String USER = System.getProperty("user.name", "");

    private final StateFolder folder;

    OutputPaths(StateFolder folder) {
        this.folder = folder;
    }

    String stdout(LocalJob job) {
        return job.request
                .stdout()
                .map(path -> resolved(job, path))
                .orElseGet(() -> folder.output(job.id.nativeId(), "out").toString());
    }

    String stderr(LocalJob job) {
        return job.request
                .stderr()
                .map(path -> resolved(job, path))
                .orElseGet(() -> folder.output(job.id.nativeId(), "err").toString());
    }

    Optional<String> stdin(LocalJob job) {
        return job.request.stdin().map(path -> resolved(job, path));
    }

    private static String resolved(LocalJob job, String pattern) {
        JobRequest request = job.request;
        String path = pattern.indexOf('%') < 0 ? pattern : expanded(job, pattern);
        if (path.startsWith("/")) {
            return path;
        }
        return Path.of(request.workingDirectory().orElse("/")).resolve(path).toString();
    }

    /** Replaces the placeholders; what stands for one is never more than one name in a path. */
    static String expanded(LocalJob job, String pattern) {
        String id = job.id.nativeId();
        return expanded(
                pattern,
                Map.of(
                        'j',
                        id,
                        'A',
                        job.array == null ? id : job.array.id.nativeId(),
                        'a',
                        Integer.toString(job.array == null ? 0 : job.index),
                        'n',
                        job.request.nameOrDefault().replace('/', '_')));
    }

    /** Replaces the placeholders by what stands for each, and that of the user. */
    static String expanded(String pattern, Map<Character, String> values) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c != '%' || i + 1 == pattern.length()) {
                path.append(c);
                continue;
            }
            char placeholder = pattern.charAt(++i);
            path.append(placeholder == 'u' ? USER : values.getOrDefault(placeholder, String.valueOf(placeholder)));
        }
        return path.toString();
    }
}
