package io.hpc4j.core.recording;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is known of this process and its machine, without asking anybody. */
public final class MachineFacts {

    private static final long MIB = 1 << 20;

    private MachineFacts() {}

    /** Adds versions and facts to a bundle. */
    public static void addTo(SupportBundle.Builder bundle) {
        ownVersion().ifPresent(v -> bundle.version("HPC4J " + v));
        bundle.version("Java %s, %s, %s"
                .formatted(
                        System.getProperty("java.version"),
                        System.getProperty("java.vm.name"),
                        System.getProperty("java.vendor")));
        bundle.version("%s %s %s"
                .formatted(
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("os.arch")));
        distribution().ifPresent(bundle::version);
        Runtime runtime = Runtime.getRuntime();
        bundle.fact("processors " + runtime.availableProcessors());
        bundle.fact("memory of this process %d MiB, at most %d MiB"
                .formatted(runtime.totalMemory() / MIB, runtime.maxMemory() / MIB));
        bundle.fact("locale %s, files are named in %s, text is %s"
                .formatted(
                        Locale.getDefault(),
                        System.getProperty("sun.jnu.encoding", "unknown"),
                        Charset.defaultCharset()));
    }

    /** Which jars say and folders of classes do not. */
    private static Optional<String> ownVersion() {
        return Optional.ofNullable(MachineFacts.class.getPackage().getImplementationVersion());
    }

    private static Optional<String> distribution() {
        try {
            List<String> lines = Files.readAllLines(Path.of("/etc/os-release"), StandardCharsets.UTF_8);
            return lines.stream()
                    .filter(l -> l.startsWith("PRETTY_NAME="))
                    .map(l -> l.substring("PRETTY_NAME=".length()).replace("\"", ""))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
