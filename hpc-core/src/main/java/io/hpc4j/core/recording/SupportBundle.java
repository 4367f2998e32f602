package io.hpc4j.core.recording;

import io.hpc4j.core.ClusterUri;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What somebody who helps needs to know, and nothing about who asks: a few small text files, in which users, accounts,
 * machines and paths have other names, the same each time. Values of environment variables are not in it.
 */
public final class SupportBundle {

    /** The file that has the recording in it, which {@link Recording#read} finds. */
    public static final String RECORDING = "recording.txt";

    private static final String README = """
        This is a support bundle of HPC4J: text files about one cluster, made to be shown to others.

        README.txt     this text
        versions.txt   versions of Java, the operating system and HPC4J
        settings.txt   the address and settings of the cluster
        facts.txt      what could be found out cheaply when the bundle was made
        recording.txt  the newest calls of the scheduler: commands, what they printed, what was made of it

        Names of users, accounts and machines, addresses and the parts of paths are replaced by user1, account1,
        hosta01, domain1, name1 and so on, the same name each time. Ids, numbers, times and states are as they were.
        Values of environment variables and what looked like a password were never recorded, and are *** here.
        Names of jobs, of queues and of variables are as they were, and so are the other words of scripts. Look
        through it before you send it.

        recording.txt has a line per call, and its parts are name=value behind tabs; lines may be removed and edited.
        In a test, FakeTransport.replay(bundle) of hpc-testkit answers commands as they were answered here.
        """;

    private final Map<String, String> files;

    private SupportBundle(Map<String, String> files) {
        this.files = Collections.unmodifiableMap(files);
    }

    /**
     * Begins a bundle about a cluster.
     *
     * @param recording what has been recorded when the bundle is built
     */
    public static Builder of(ClusterUri cluster, Supplier<Recording> recording) {
        return new Builder(cluster, recording);
    }

    /** What is in it: the text of each file by its name, in order. */
    public Map<String, String> files() {
        return files;
    }

    /**
     * Writes it as a zip, which only this user can read, in place of a file of that name.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public void writeTo(Path zip) {
        Path target = zip.toAbsolutePath();
        Path folder = target.getParent();
        try {
            Path part = Files.createTempFile(
                    folder == null ? target : folder,
                    ".hpc-bundle",
                    ".part",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                write(part);
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write %s: %s".formatted(zip, e), e);
        }
    }

    private void write(Path part) throws IOException {
        try (OutputStream out = Files.newOutputStream(part);
                ZipOutputStream zipped = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setLastModifiedTime(FileTime.from(Instant.EPOCH.plusSeconds(315_532_800))); // 1980, the first
                zipped.putNextEntry(entry);
                zipped.write(file.getValue().getBytes(StandardCharsets.UTF_8));
                zipped.closeEntry();
            }
        }
    }

    /** Collects a bundle. For one thread. */
    public static final class Builder {

        private final ClusterUri cluster;
        private final Supplier<Recording> recording;
        private final List<String> versions = new ArrayList<>();
        private final List<String> settings = new ArrayList<>();
        private final List<String> facts = new ArrayList<>();
        private KnownNames names = KnownNames.NONE;
        private boolean withInput = true;

        private Builder(ClusterUri cluster, Supplier<Recording> recording) {
            this.cluster = cluster;
            this.recording = recording;
        }

        /** Adds a line about versions, as {@code Java 17.0.1}. */
        public Builder version(String line) {
            versions.add(line);
            return this;
        }

        /** Adds a line about settings. */
        public Builder setting(String line) {
            settings.add(line);
            return this;
        }

        /** Adds a line about what was found out. */
        public Builder fact(String line) {
            facts.add(line);
            return this;
        }

        /** Replaces these names too, wherever they stand. */
        public Builder names(KnownNames more) {
            names = names.and(more);
            return this;
        }

        /** Leaves out what commands were given to read, such as the scripts of jobs. */
        public Builder withoutInput() {
            withInput = false;
            return this;
        }

        /** The bundle, anonymised. */
        public SupportBundle build() {
            Recording recorded = recording.get();
            Anonymiser anonymiser = new Anonymiser(
                    recorded.names().and(names).and(ownNames()).and(AnonymousRecording.namesIn(recorded)));
            Map<String, String> files = new LinkedHashMap<>();
            files.put("README.txt", README);
            files.put("versions.txt", anonymous(versions, anonymiser));
            files.put("settings.txt", address(anonymiser) + anonymous(settings, anonymiser));
            files.put("facts.txt", anonymous(facts, anonymiser));
            files.put(
                    RECORDING,
                    new AnonymousRecording(anonymiser, withInput).of(recorded).toText());
            return new SupportBundle(files);
        }

        private static String anonymous(List<String> lines, Anonymiser anonymiser) {
            return lines.stream().map(l -> anonymiser.text(l) + "\n").collect(Collectors.joining());
        }

        private String address(Anonymiser anonymiser) {
            StringBuilder out = new StringBuilder("cluster " + anonymiser.text(cluster.toString()) + "\n");
            cluster.parameters()
                    .entrySet()
                    .forEach(p -> out.append(p.getKey())
                            .append(" = ")
                            .append(anonymiser.setting(p))
                            .append('\n'));
            return out.toString();
        }

        private KnownNames ownNames() {
            Set<String> users = new HashSet<>();
            users.add(System.getProperty("user.name", ""));
            cluster.user().ifPresent(users::add);
            Set<String> hosts = new HashSet<>();
            cluster.host().ifPresent(hosts::add);
            OwnMachine.name().ifPresent(hosts::add);
            users.remove("");
            return new KnownNames(users, Set.of(), hosts);
        }
    }
}
