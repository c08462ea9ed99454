package sluice.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What docs/guide/spring.md shows is what is compiled here. */
class GuideTest {
    private static final Path GUIDE = Path.of("../../../docs/guide/spring.md");
    private static final Path SAMPLES = Path.of("src/test/java/sluice/spring/docs");

    @Test
    void itsSamplesAreCompiled() throws Exception {
        StringBuilder compiled = new StringBuilder();
        try (Stream<Path> files = Files.list(SAMPLES)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                compiled.append(unindented(Files.readString(file)));
            }
        }
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(GUIDE));
        List<String> samples = new ArrayList<>();
        while (block.find()) {
            samples.add(unindented(block.group(1)));
        }
        assertThat(samples).hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(sample -> assertThat(compiled.toString()).contains(sample));
    }

    private static String unindented(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).reduce("", (a, b) -> a + b + "\n");
    }
}
