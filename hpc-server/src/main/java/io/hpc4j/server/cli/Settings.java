package io.hpc4j.server.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * The user's settings: {@code cluster=…} for the usual cluster, {@code cluster.NAME=…} for one that is called by name.
 */
final class Settings {

    static final String DEFAULT_CLUSTER = "local:";
    private static final String CLUSTER = "cluster";
    private static final String NAMED = "cluster.";

    private final Path file;
    private final Properties values = new Properties();

    private Settings(Path file) {
        this.file = file;
    }

    /** Reads the settings, if there are any. */
    static Settings read(Map<String, String> env) {
        Settings settings = new Settings(place(env));
        if (Files.isRegularFile(settings.file)) {
            try (Reader in = Files.newBufferedReader(settings.file)) {
                settings.values.load(in);
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalArgumentException("cannot read %s: %s".formatted(settings.file, e.getMessage()), e);
            }
        }
        return settings;
    }

    /** Where the settings are, whether or not there are any. */
    static Path place(Map<String, String> env) {
        String folder = env.getOrDefault("XDG_CONFIG_HOME", "");
        Path config = folder.startsWith("/")
                ? Path.of(folder)
                : Path.of(env.getOrDefault("HOME", System.getProperty("user.home", "/")), ".config");
        return config.resolve("hpc4j/config");
    }

    /** The address of the cluster to use: of the option, else the environment, else the file, else this machine. */
    String cluster(Optional<String> option, Map<String, String> env) {
        String wanted = option.or(() -> Optional.ofNullable(env.get("HPC_CLUSTER")))
                .filter(w -> !w.isBlank())
                .or(() -> Optional.ofNullable(values.getProperty(CLUSTER)))
                .orElse(DEFAULT_CLUSTER)
                .strip();
        if (wanted.indexOf(':') >= 0) {
            return wanted;
        }
        String named = values.getProperty(NAMED + wanted);
        if (named == null) {
            throw new IllegalArgumentException(
                    "no cluster '%s' in %s, which names %s; addresses look like local:, slurm: or slurm+ssh://user@host"
                            .formatted(wanted, file, names()));
        }
        return named.strip();
    }

    private Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (String property : values.stringPropertyNames()) {
            if (property.startsWith(NAMED)) {
                names.add(property.substring(NAMED.length()));
            }
        }
        return names;
    }
}
