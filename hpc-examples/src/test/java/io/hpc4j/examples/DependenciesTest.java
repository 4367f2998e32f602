package io.hpc4j.examples;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Compares {@code docs/dependencies.md} with the runtime dependencies that the build wrote into every module's target. */
class DependenciesTest {

    private static final String OURS = "io.hpc4j:";
    private static final Pattern RESOLVED =
            Pattern.compile("\\s+([^:\\s]+:[^:\\s]+):(?:[^:\\s]+:)+(?:compile|runtime)\\b.*");
    private static final Pattern HEADING = Pattern.compile("## (hpc-\\S+)");
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| ([^|]+) \\| ([^|]+) \\|");

    private static final Map<String, Set<String>> resolved = new TreeMap<>();
    private static final Map<String, Set<String>> listed = new TreeMap<>();

    @BeforeAll
    static void readBuildAndPage() throws IOException {
        for (Path module : ProjectFolders.modules()) {
            resolved.put(ProjectFolders.nameOf(module), resolvedIn(module));
        }
        readPage(ProjectFolders.root().resolve("docs/dependencies.md"));
    }

    @TestFactory
    Stream<DynamicTest> everyModuleHasASectionWithItsOwnDependencies() {
        return resolved.keySet().stream()
                .map(module -> DynamicTest.dynamicTest(
                        module,
                        () -> assertThat(listed)
                                .as("section of %s in docs/dependencies.md", module)
                                .hasEntrySatisfying(
                                        module,
                                        rows -> assertThat(rows)
                                                .as("artifacts listed for %s in docs/dependencies.md", module)
                                                .isEqualTo(ownDependencies(module)))));
    }

    /** Third-party artifacts of a module, without those that a module of ours below it brings. */
    private static Set<String> ownDependencies(String module) {
        Set<String> own = new TreeSet<>(resolved.getOrDefault(module, Set.of()));
        for (String below : List.copyOf(own)) {
            if (below.startsWith(OURS)) {
                own.removeAll(resolved.getOrDefault(below.substring(OURS.length()), Set.of()));
            }
        }
        own.removeIf(artifact -> artifact.startsWith(OURS));
        return own;
    }

    private static Set<String> resolvedIn(Path module) throws IOException {
        Path list = module.resolve("target/runtime-dependencies.txt");
        assertThat(list).as("written by the build; run mvn from the root").isRegularFile();
        return Files.readAllLines(list).stream()
                .map(RESOLVED::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .collect(toCollection(TreeSet::new));
    }

    private static void readPage(Path page) throws IOException {
        Set<String> rows = new HashSet<>();
        for (String line : Files.readAllLines(page)) {
            Matcher heading = HEADING.matcher(line);
            Matcher row = ROW.matcher(line);
            if (heading.matches()) {
                rows = new TreeSet<>();
                listed.put(heading.group(1), rows);
            } else if (row.matches()) {
                rows.add(row.group(1));
            }
        }
    }
}
