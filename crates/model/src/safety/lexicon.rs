//! Word lists in English, German, Spanish and French. They are short on purpose: each entry earns its place by being
//! seldom innocent, and an operator adds what their people need.

use std::sync::LazyLock;

use super::words::WordFilter;

macro_rules! filters {
    ($($name:ident: [$($phrase:literal),* $(,)?];)*) => {$(
        pub(super) fn $name() -> &'static WordFilter {
            static FILTER: LazyLock<WordFilter> = LazyLock::new(|| WordFilter::new([$($phrase),*]));
            &FILTER
        }
    )*};
}

filters! {
    health: [
        "diagnosed with", "my diagnosis", "hiv", "hiv positive", "aids", "chemotherapy", "cancer", "tumour", "tumor",
        "antidepressant*", "bipolar", "schizophren*", "psychiatrist", "abortion", "miscarriage", "insulin", "dialysis",
        "std test", "methadone",
        "diagnose*", "krebs", "krebserkrankung", "chemotherapie", "schwangerschaftsabbruch", "fehlgeburt",
        "antidepressiva", "psychiater*", "hiv positiv", "krankschreibung", "depressionen",
        "diagnosticad*", "vih", "sida", "cancer de", "quimioterapia", "aborto", "antidepresiv*", "psiquiatra",
        "embarazada", "insulina",
        "diagnostique*", "seropositi*", "cancer du", "chimiotherapie", "avortement", "fausse couche", "antidepresseur*",
        "psychiatre", "insuline",
    ];
    national_id_words: [
        "ssn", "social security", "tax id", "national insurance", "nino", "national id", "identity number",
        "steuer id", "steueridentifikationsnummer", "steuernummer", "idnr", "sozialversicherungsnummer",
        "dni", "nie", "nif", "seguridad social", "securite sociale", "numero de secu", "codice fiscale",
    ];
    document_words: [
        "passport", "passport no", "id card", "identity card", "driving licence", "driver's license", "drivers license",
        "reisepass", "reisepassnummer", "personalausweis", "personalausweisnummer", "ausweisnummer", "fuhrerschein*",
        "pasaporte", "carnet de identidad", "carnet de conducir", "passeport", "carte d'identite", "permis de conduire",
    ];
    secret_words: [
        "password", "passcode", "pin", "pin code", "cvv", "cvc", "security code", "one time code", "otp", "verification code",
        "login code", "seed phrase", "private key", "passwort", "kennwort", "pin nummer", "prufziffer", "bestatigungscode",
        "contrasena", "clave", "codigo de seguridad", "codigo de verificacion", "mot de passe", "code secret",
        "code de verification", "cryptogramme",
    ];
    phone_words: [
        "call", "call me", "phone", "mobile", "text me", "whatsapp", "signal", "viber", "telegram", "my number",
        "ruf", "ruf an", "anrufen", "handy", "telefon", "nummer", "meine nummer",
        "llama*", "telefono", "movil", "mi numero", "wasap",
        "appelle*", "telephone", "portable", "mon numero",
    ];
    leaving: [
        "whatsapp me", "message me on", "text me on", "add me on", "find me on", "write me on", "on whatsapp", "on telegram",
        "via whatsapp", "via telegram", "outside the app", "outside of the app", "outside the platform",
        "outside of the platform", "outside this app", "outside this platform", "off the platform", "off platform", "off the app",
        "pay me directly", "pay you directly", "pay directly", "deal directly", "paypal friends", "cash app", "cashapp", "venmo",
        "zelle", "western union", "moneygram", "avoid the fee*", "save the fee*", "without the fee*", "skip the fee*",
        "auf whatsapp", "uber whatsapp", "per whatsapp", "auf telegram", "uber telegram", "ausserhalb der app",
        "ausserhalb der plattform", "direkt bezahlen", "direkt uberweisen", "paypal freunde", "ohne gebuhr*", "gebuhren sparen",
        "privat abwickeln",
        "por whatsapp", "en whatsapp", "por telegram", "en telegram", "por wasap", "fuera de la app", "fuera de la aplicacion",
        "fuera de la plataforma", "pago directo", "pagar directamente", "pagame directamente", "paypal amigos", "sin comision*",
        "ahorrar la comision", "bizum",
        "sur whatsapp", "par whatsapp", "sur telegram", "par telegram", "hors de l'application", "en dehors de l'application",
        "hors de la plateforme", "hors plateforme", "en dehors de la plateforme", "payer directement", "paypal entre proches",
        "paypal amis", "eviter les frais", "sans les frais",
    ];
    promotion: [
        "buy now", "order now", "click here", "limited offer", "limited time", "special offer", "act now", "free trial",
        "discount code", "promo code", "best price", "lowest price", "money back", "100% free", "subscribe now",
        "sign up now", "follow my page", "check out my", "dm me for", "dm for collab", "work from home", "boost your",
        "get followers", "buy followers", "special promotion", "flash sale", "shop now", "use code", "affiliate",
        "jetzt kaufen", "jetzt bestellen", "hier klicken", "sonderangebot", "nur heute", "rabattcode", "gutscheincode",
        "bester preis", "gratis testen", "jetzt anmelden", "folge meiner seite", "von zuhause arbeiten", "heimarbeit",
        "compra ahora", "haz clic", "haz click", "oferta especial", "oferta limitada", "codigo de descuento",
        "mejor precio", "registrate ahora", "sigue mi pagina", "trabaja desde casa",
        "achetez maintenant", "cliquez ici", "offre speciale", "offre limitee", "code promo", "meilleur prix",
        "inscrivez vous", "suivez ma page", "travail a domicile", "livraison gratuite",
    ];
    scam: [
        "free money", "easy money", "double your money", "guaranteed profit*", "guaranteed returns", "passive income",
        "crypto investment", "forex trading", "binary options", "bitcoin investment", "investment opportunity",
        "you have won", "you won", "claim your prize", "claim your reward", "lottery winner", "inheritance", "wire transfer",
        "western union", "gift card code*", "gift cards", "verify your account", "account suspended", "account will be closed",
        "confirm your identity", "viagra", "cialis", "casino", "onlyfans", "sugar daddy", "sugar mommy", "escort*",
        "adult dating", "hot singles", "moneygram", "recover your funds", "seed phrase",
        "schnelles geld", "geld verdoppeln", "garantierter gewinn", "passives einkommen", "krypto investment",
        "sie haben gewonnen", "du hast gewonnen", "konto gesperrt", "konto bestatigen", "erbschaft", "guthabenkarten",
        "dinero facil", "duplica tu dinero", "ganancias garantizadas", "ingresos pasivos", "has ganado", "cuenta suspendida",
        "verifica tu cuenta", "herencia", "tarjetas de regalo",
        "argent facile", "doublez votre argent", "gains garantis", "revenus passifs", "vous avez gagne", "compte suspendu",
        "verifiez votre compte", "heritage", "cartes cadeaux",
    ];
    insults: [
        "idiot", "moron", "asshole", "arsehole", "bitch", "bastard", "cunt", "dickhead", "wanker", "slut", "whore", "scumbag",
        "piece of shit", "fuck you", "fuck off", "motherfucker",
        "arschloch", "hurensohn", "wichser", "schlampe", "hure", "missgeburt", "drecksau", "vollidiot", "fick dich",
        "fotze", "spasti",
        "gilipollas", "hijo de puta", "hija de puta", "puta", "cabron", "imbecil", "zorra", "pendejo", "vete a la mierda",
        "connard", "connasse", "salope", "putain de", "enculé", "fils de pute", "ta gueule", "batard", "abruti",
    ];
    slurs: [
        "faggot*", "tranny", "nigger*", "nigga", "kike", "retard*", "chink", "paki", "raghead",
        "kanake*", "neger*", "schwuchtel*", "zigeunerpack", "judensau",
        "maricon*", "sudaca*", "negrata*", "moraco*",
        "bougnoule*", "negro", "pede", "tapette", "youpin*",
    ];
    threats: [
        "kill you", "i will kill you", "gonna kill you", "kill yourself", "kys", "hang yourself", "i will find you",
        "i know where you live", "rape you", "beat you up", "burn your house", "you will die", "hope you die",
        "bring dich um", "ich bringe dich um", "ich töte dich", "bring dich selbst um", "hang dich auf",
        "ich weiss wo du wohnst", "ich mach dich fertig", "ich stech dich ab",
        "te voy a matar", "te mato", "matate", "se donde vives", "voy a encontrarte", "te voy a violar",
        "je vais te tuer", "tue toi", "suicide toi", "je sais ou tu habites", "je vais te retrouver", "va mourir",
    ];
    sexual: [
        "send nudes", "send me nudes", "nudes", "dick pic", "dick pics", "suck my", "want to fuck you",
        "schick nacktbilder", "nacktbilder", "nacktfoto*", "lutsch meinen", "ich will dich ficken",
        "manda fotos desnuda", "fotos desnuda", "quiero follarte", "chupamela",
        "envoie des nudes", "photo nue", "photos nues", "suce moi", "je veux te baiser",
    ];
}

/// Names of other networks, as people write them before their name there.
pub(super) fn networks() -> &'static [&'static str] {
    &[
        "insta",
        "instagram",
        "ig",
        "snap",
        "snapchat",
        "sc",
        "telegram",
        "tg",
        "tele",
        "twitter",
        "tiktok",
        "discord",
        "skype",
        "kik",
        "wechat",
        "line",
        "viber",
        "facebook",
        "fb",
        "signal",
        "threema",
        "kakao",
    ]
}

pub(super) fn messenger_hosts() -> &'static [&'static str] {
    &[
        "t.me",
        "telegram.me",
        "wa.me",
        "whatsapp.com",
        "m.me",
        "messenger.com",
        "discord.gg",
        "snapchat.com",
        "instagram.com",
        "facebook.com",
        "fb.me",
        "line.me",
        "viber.com",
        "signal.me",
        "signal.group",
        "kik.me",
        "tiktok.com",
        "x.com",
        "twitter.com",
    ]
}

/// Where the name of a street stands beside the word for what kind it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Street {
    /// `Calle Mayor 7`
    Before,
    /// `12 Main Street`
    After,
    /// `Hauptstraße 12`
    Ending,
}

/// What a folded word says of a street.
pub(super) fn street(word: &str) -> Option<Street> {
    const BEFORE: &[&str] =
        &["calle", "avenida", "plaza", "paseo", "rue", "avenue", "boulevard", "place", "chemin", "via"];
    const AFTER: &[&str] = &[
        "street",
        "st",
        "road",
        "rd",
        "avenue",
        "ave",
        "lane",
        "ln",
        "drive",
        "dr",
        "boulevard",
        "blvd",
        "close",
    ];
    const ENDINGS: &[&str] = &["strasse", "str", "weg", "allee", "gasse", "ufer", "damm"];
    // An avenue may be either; in English the number stands before it, which the other way looks for too.
    if BEFORE.contains(&word) {
        return Some(Street::Before);
    }
    if AFTER.contains(&word) {
        return Some(Street::After);
    }
    let is_named = |ending: &str| word.strip_suffix(ending).is_some_and(|name| name.chars().count() >= 3);
    (word == "strasse" || ENDINGS.iter().any(|ending| is_named(ending))).then_some(Street::Ending)
}

/// How long an IBAN of a country is, letters and digits (ISO 13616 registry).
pub(super) fn iban_length(country: &str) -> Option<usize> {
    const LENGTHS: &[(usize, &[&str])] = &[
        (15, &["NO"]),
        (16, &["BE"]),
        (18, &["DK", "FI", "FO", "GL", "NL", "FK"]),
        (19, &["MK", "SI"]),
        (20, &["AT", "BA", "EE", "KZ", "LT", "LU", "XK"]),
        (21, &["CH", "CR", "HR", "LI", "LV"]),
        (22, &["BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS"]),
        (23, &["AE", "GI", "IL", "IQ", "TL", "OM"]),
        (24, &["AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"]),
        (25, &["LY", "PT", "ST"]),
        (26, &["IS", "TR"]),
        (27, &["FR", "GR", "IT", "MC", "MR", "SM", "BI", "DJ"]),
        (28, &["AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "PL", "SV", "NI"]),
        (29, &["BR", "EG", "PS", "QA", "UA"]),
        (30, &["JO", "KW", "MU"]),
        (31, &["MT", "SC"]),
        (32, &["LC"]),
        (33, &["RU"]),
    ];
    LENGTHS.iter().find(|(_, countries)| countries.contains(&country)).map(|(length, _)| *length)
}
