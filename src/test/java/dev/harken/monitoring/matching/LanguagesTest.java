package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguagesTest {
    private static final String ENGLISH =
            "I am looking for a new coffee machine for my small kitchen. Do you have any recommendations?";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "de | Ich suche eine neue Kaffeemaschine für meine kleine Küche. Habt ihr Empfehlungen?",
                "fr | Je cherche une nouvelle machine à café pour ma petite cuisine. Avez-vous des recommandations ?",
                "es | Estoy buscando una cafetera nueva para mi cocina pequeña. ¿Tenéis alguna recomendación?",
                "it | Sto cercando una nuova macchina da caffè per la mia piccola cucina. Avete qualche consiglio?",
                "pt | Estou procurando uma cafeteira nova para minha cozinha pequena. Vocês têm alguma ideia?",
                "nl | Ik zoek een nieuwe koffiemachine voor mijn kleine keuken. Hebben jullie aanbevelingen?",
                "pl | Szukam nowego ekspresu do kawy do mojej małej kuchni. Czy macie jakieś polecenia?",
                "sv | Jag letar efter en ny kaffemaskin till mitt lilla kök. Har ni några rekommendationer?",
                "da | Jeg leder efter en ny kaffemaskine til mit lille køkken. Har I nogle anbefalinger til mig?",
                "tr | Küçük mutfağım için yeni bir kahve makinesi arıyorum. Önerileriniz var mı?",
                "ru | Ищу новую кофемашину для моей маленькой кухни. Есть ли у вас рекомендации?",
                "ja | 小さなキッチンに置ける新しいコーヒーメーカーを探しています。おすすめの機種はありますか?教えてください。",
                "zh | 我想为我的小厨房买一台新的咖啡机,大家有什么推荐吗?谢谢你们的帮助,我的预算是三百块左右。"
            })
    void aTextIsInItsLanguageAndNotInEnglish(String language, String text) {
        assertThat(Languages.isForeign(text, Set.of(language))).isFalse();
        assertThat(Languages.isForeign(text, Set.of("en", language))).isFalse();
        assertThat(Languages.isForeign(text, Set.of("en"))).isTrue();
        assertThat(Languages.isForeign(ENGLISH, Set.of(language))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Espressomaschine gesucht!",
                "https://www.beispiel.de/wo-bekomme-ich-eine-neue-kaffeemaschine-fuer-die-kueche",
                "u/KaffeeFreundin r/Kaffeemaschinen 1234567890 ((((((((((((((((((((((((((((((((((()",
            })
    void whatIsTooShortToTellIsNotForeign(String text) {
        assertThat(Languages.isForeign(text, Set.of("en"))).isFalse();
    }

    @Test
    void ofRealPostsHardlyAnyCountsAsForeign() {
        List<String> posts = RealPosts.texts(1_000);

        long foreign = posts.stream()
                .filter(text -> Languages.isForeign(text, Set.of("en")))
                .count();

        assertThat(foreign).isLessThanOrEqualTo(3);
    }

    @Test
    void everyCodeIsALanguageThatTheModelKnows() {
        assertThat(Languages.CODES).allSatisfy(code -> {
            assertThat(Arrays.asList(Locale.getISOLanguages())).contains(code);
            assertThat(Languages.isKnown(code)).as(code).isTrue();
        });
    }
}
