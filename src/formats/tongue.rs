//! The letters by which files name languages, as the shortest ones of ISO 639.

/// Languages with two letters (ISO 639-1), and their three ones of ISO 639-2, of which some have two. Source: Library of
/// Congress, "Codes for the Representation of Names of Languages".
const LETTERS: &str = "\
    aa aar;ab abk;ae ave;af afr;ak aka;am amh;an arg;ar ara;as asm;av ava;ay aym;az aze;ba bak;be bel;bg bul; \
    bi bis;bm bam;bn ben;bo bod tib;br bre;bs bos;ca cat;ce che;ch cha;co cos;cr cre;cs ces cze;cu chu;cv chv; \
    cy cym wel;da dan;de deu ger;dv div;dz dzo;ee ewe;el ell gre;en eng;eo epo;es spa;et est;eu eus baq; \
    fa fas per;ff ful;fi fin;fj fij;fo fao;fr fra fre;fy fry;ga gle;gd gla;gl glg;gn grn;gu guj;gv glv;ha hau; \
    he heb;hi hin;ho hmo;hr hrv;ht hat;hu hun;hy hye arm;hz her;ia ina;id ind;ie ile;ig ibo;ii iii;ik ipk;io ido; \
    is isl ice;it ita;iu iku;ja jpn;jv jav;ka kat geo;kg kon;ki kik;kj kua;kk kaz;kl kal;km khm;kn kan;ko kor; \
    kr kau;ks kas;ku kur;kv kom;kw cor;ky kir;la lat;lb ltz;lg lug;li lim;ln lin;lo lao;lt lit;lu lub;lv lav; \
    mg mlg;mh mah;mi mri mao;mk mkd mac;ml mal;mn mon;mr mar;ms msa may;mt mlt;my mya bur;na nau;nb nob;nd nde; \
    ne nep;ng ndo;nl nld dut;nn nno;no nor;nr nbl;nv nav;ny nya;oc oci;oj oji;om orm;or ori;os oss;pa pan;pi pli; \
    pl pol;ps pus;pt por;qu que;rm roh;rn run;ro ron rum;ru rus;rw kin;sa san;sc srd;sd snd;se sme;sg sag;si sin; \
    sk slk slo;sl slv;sm smo;sn sna;so som;sq sqi alb;sr srp;ss ssw;st sot;su sun;sv swe;sw swa;ta tam;te tel; \
    tg tgk;th tha;ti tir;tk tuk;tl tgl;tn tsn;to ton;tr tur;ts tso;tt tat;tw twi;ty tah;ug uig;uk ukr;ur urd; \
    uz uzb;ve ven;vi vie;vo vol;wa wln;wo wol;xh xho;yi yid;yo yor;za zha;zh zho chi;zu zul";

/// The ISO 639 letters of a language that is written as two or three letters, with or without a country: `kk-KZ`, `kaz` and
/// `kk_Cyrl` are `kk`. Empty where it is none.
pub fn letters(written: &str) -> String {
    let own = written.trim().split(['-', '_', '.', '@']).next().unwrap_or("").to_ascii_lowercase();
    let is_letters = (2..=3).contains(&own.len()) && own.bytes().all(|b| b.is_ascii_lowercase());
    if !is_letters || matches!(own.as_str(), "und" | "mul" | "zxx" | "mis") {
        return String::new();
    }
    let known = LETTERS.split(';').map(str::trim).find(|names| names.split(' ').any(|name| name == own));
    known.and_then(|names| names.split(' ').next()).map_or(own, str::to_owned)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn languages_get_their_shortest_letters() {
        for (written, wanted) in [
            ("kk-KZ", "kk"),
            ("KAZ", "kk"),
            (" eng ", "en"),
            ("rus", "ru"),
            ("ru_RU.UTF-8", "ru"),
            ("zh-Hans-CN", "zh"),
            ("aar", "aa"),
            ("zul", "zu"),
            ("ger", "de"),
            ("kaa", "kaa"),
            ("x-none", ""),
            ("und", ""),
            ("қаз", ""),
            ("english", ""),
            ("", ""),
        ] {
            assert_eq!(letters(written), wanted, "{written}");
        }
    }
}
